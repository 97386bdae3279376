"""`python -m holdfast_sandbox.provider`: the executable behind `pulumi-resource-azure-native` on the sandbox's PATH."""

from holdfast_sandbox.engine import lean_imports

if __name__ == "__main__":
    lean_imports.prepare()  # before anything below imports grpc or Pulumi's stubs

    from holdfast_sandbox.provider.serve import main

    main()
