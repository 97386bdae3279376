"""Does the page tell of every symptom?"""

from __future__ import annotations

import re

from holdfast.diagnose.catalogue import PAGE, render
from holdfast.diagnose.symptoms import SYMPTOMS

#: The codes of both editions of Microsoft's guide (learn.microsoft.com/azure/machine-learning/
#: how-to-troubleshoot-online-endpoints, "Common errors specific to Kubernetes deployments" and before).
GUIDE = """
 ImageBuildFailure OutOfQuota BadArgument ResourceNotReady ResourceNotFound OperationCanceled SecretsInjectionError
InternalServerError ACRSecretError TokenRefreshFailed GetAADTokenFailed ACRAuthenticationChallengeFailed
ACRTokenExchangeFailed KubernetesUnaccessible ImagePullLoopBackOff DeploymentCrashLoopBackOff
KubernetesCrashLoopBackOff UserScriptInitFailed UserScriptImportError UserScriptFunctionNotFound NamespaceNotFound
EndpointNotFound EndpointAlreadyExists ScoringFeUnhealthy ValidateScoringFailed InvalidDeploymentSpec PodUnschedulable
PodOutOfMemory InferencingClientCallFailed CrashLoopBackOff AciDeploymentFailed
""".split()


def test_every_symptom_has_its_entry() -> None:
    """Each with what to do and where that is from."""
    page = render()[PAGE]
    for symptom in SYMPTOMS:
        assert f"## `{symptom.id}`" in page
        assert symptom.source in page
    assert not re.findall(r"[{][a-z]+[}]", page)


def test_every_code_of_the_guide_leads_somewhere() -> None:
    """No code of the guide is without a symptom."""
    known = {code for symptom in SYMPTOMS for code in (*symptom.codes, *symptom.guesses)}
    assert not set(GUIDE) - known
