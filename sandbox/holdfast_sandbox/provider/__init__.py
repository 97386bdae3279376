"""The stand-in for `pulumi-resource-azure-native`: what does Pulumi see where the real plugin cannot be installed?

A gRPC ResourceProvider whose behaviour follows the real provider's source (pulumi/pulumi-azure-native, 3.x), over
HTTPS to the sandbox's Azure Resource Manager and to nothing else. The behaviour is general code; a resource type is
one table in `types/`.

How the modules divide the work:
  serve       the plugin process: port, signals, end of the engine
  servicer    one method per RPC; turns errors into gRPC statuses
  values      protobuf values <-> Python values, unknowns and secrets
  schema      the grammar of the tables in types/
  shapes      a program's properties <-> a request or answer of Azure
  check       names, locations, validation
  difference  what changed, and whether it can change in place
  lifecycle   create, read, update, delete
  refresh     the inputs that an answer of Azure stands for
  client      requests, retries, long-running operations
  answers     what an answer says about an operation's end
  settings, credentials   where to send requests, and as whom

Nothing here imports the Pulumi SDK, an Azure SDK or the sandbox's server: the start-up time is paid by every `pulumi`
command.
"""
