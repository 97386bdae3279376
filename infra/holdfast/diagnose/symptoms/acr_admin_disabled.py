"""Does somebody want the registry's admin user, which is switched off?

Texts: Azure/azure-cli issue 1898, hashicorp/terraform-provider-azurerm issue 21440; why Azure ML wants it:
MicrosoftDocs/azure-docs issue 27220.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom

SYMPTOM = Symptom(
    id="acr-admin-disabled",
    title="the registry's admin user is off, and nothing else may pull",
    looks_like="`Cannot perform credential operations ... as admin user is disabled`, from a deployment or from a template.",
    cause=(
        "A workspace whose identity holds no AcrPull and AcrPush reads the admin user's password instead, and there is "
        "none while that user is off."
    ),
    remedy="Grant AcrPull to the identities that pull and AcrPush to the one that builds. The admin user can then stay off.",
    commands=(
        'az role assignment create --role AcrPush --assignee-object-id {principal} --scope "$(az acr show --name {registry} --query id --output tsv)"  # AcrPull to who only pulls',
        "az ml workspace show --name WORKSPACE --resource-group RESOURCE_GROUP --query identity",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication",
    says=(
        Says(
            (r"identity (?P<principal>[\w-]+) .{0,80}lacks \w+ on registries/(?P<registry>\w+), whose admin user is",),
            confidence=SURE,
        ),
        Says(
            (
                r"admin[- _]?(?:user|account|login|credentials?)\b.{0,60}(?:disabled|not enabled|(?:is |turned |switched )off|isn't enabled)",
            ),
            confidence=SURE,
        ),
        Says(
            (r"(?:enable|requires?|needs?)\b.{0,30}admin[- _]?(?:user|account)",),
            near=(r"registr|acr|azurecr",),
            none=(r"or a Managed Identity|kubectl|windows",),
            confidence=LIKELY,
        ),
        Says((r"registries/(?P<registry>\w+)\b.{0,40}admin user",), confidence=SURE),
        Says((r"adminUserEnabled\W{1,4}(?:false|False|disabled)",), near=(r"error|fail|denied|credential",)),
    ),
    codes=("UnAuthorizedForCredentialOperations",),
    explains=("image-pull-denied", "image-build-failed", "container-not-ready", "keys-changed"),
)
