"""Which words mean the same, whoever writes them? Parts that the symptoms' patterns are made of."""

from __future__ import annotations

#: Somebody was not let in.
DENIED = (
    r"(?:unauthori[sz]ed|forbidden"
    r"|(?<![\w-])denied\b|authentication (?:is )?required|authenticationrequired|not authori[sz]ed"
    r"|\b40[13]\b|insufficient[_ ]scope|no basic auth credentials|failed to authorize|authorization failed"
    r"|authentication failure|invalid_token|check the image and registry credential)"
)
#: A request to a model, and not to somebody else's server.
SCORING = (
    r"(?:/score\b|/api/v1/(?:endpoint|service)/|inference\.ml\.azure|azureml-fe\b|scoring"
    r"|\bscore (?:request|call|route)"
    r"|online.?(?:endpoint|deployment)"
    r"|inference-server|bad response from service|azureml-model|x-ms-server|endpoint\b.{0,30}\binvo[kc])"
)
#: Hosts whose failures are their own.
ELSEWHERE = (
    r"(?:visualstudio\.com|applicationinsights|pypi\.org|pythonhosted|docker\.io|mcr\.microsoft\.com|github\.com"
    r"|management\.azure\.com|blob\.core\.windows|vault\.azure\.net|login\.microsoftonline|anaconda\.(?:org|com)"
    r"|huggingface\.co|example\.(?:com|org)|modelmanagement|Model Management Service)"
)
#: An image is being fetched.
PULL = (
    r"(?:\bpull(?:ing|ed)?\b|/manifests/|\bimage\b.{0,160}(?:not accessible|registry)|resolve reference|oauth2/token"
    r"|ImagePull|\b(?-i:FROM) \S+/|azurecr\.io)"
)
#: An image is being built.
BUILD = (
    r"(?:\bStep \d+/\d+ :|acb_step|failed to run step|\[\s*\w*\s*\d+/\d+\] (?:RUN|COPY|FROM)|docker build|dockerfile"
    r"|image build|building (?:the )?(?:image|environment)"
    r"|returned a non-zero code|did not complete successfully"
    r"|buildkit|failed to solve|az acr build|Run ID: \w+ failed|\b(?-i:FROM) \S+\.azurecr\.io/"
    r"|conda env (?:create|update)"
    r"|pip install|failed to build|load metadata for)"
)


def status(code: int) -> str:
    """An HTTP status as logs and clients write it: `HTTP/1.1 503`, `status: 503`, `error 503`, `503 Client Error`."""
    return (
        rf"(?:(?:response code|status(?:[ _-]?code)?|HTTP(?:/\d(?:\.\d)?)?(?:[ _]?(?:error|status))?"
        rf"|returned(?: error)?|code|error|got|answered|failed with|->)\W{{0,4}}{code}\b"
        rf"|\b{code}(?:: | )(?:Client Error|Server Error|Too Many|Unauthorized|Service"
        rf"|Bad Gateway|Gateway|Request Time|Failed Dependency)"
        rf"|\" {code} |\b{code} (?:from|for)\b|/score\"?:? {code}\b|<Response \[{code}\]>|\({code}\))"
    )


def route(code: int) -> str:
    """An access log's line of a request to a model that was answered so."""
    return rf"\"(?:POST|GET) [^\"]*(?:/score\b|/api/v1/(?:endpoint|service)/)[^\"]*\" {code}\b"
