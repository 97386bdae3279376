"""Microsoft.MachineLearningServices: datastores of a workspace (API 2025-12-01, as SDK 3.29)."""

from __future__ import annotations

from holdfast_sandbox.provider.schema import ResourceType
from holdfast_sandbox.provider.types.shared import GROUP_NAME, SYSTEM_DATA

_CREDENTIALS = "|".join(
    f"{kind}DatastoreCredentials" for kind in ("AccountKey", "Certificate", "None", "Sas", "ServicePrincipal")
)

DATASTORE = ResourceType(
    "azure-native:machinelearningservices:Datastore",
    path=(
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"
        "/Microsoft.MachineLearningServices/workspaces/{workspaceName}/datastores/{name}"
    ),
    api_version="2025-12-01",
    parameters={
        "resourceGroupName": GROUP_NAME,
        "workspaceName": "str pattern=^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$",
        "name": r"str pattern=^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}$",
    },
    query={"skipValidation": "bool"},
    root={
        "name": "str readonly",
        "properties": (
            "AzureBlobDatastore|AzureDataLakeGen1Datastore|AzureDataLakeGen2Datastore|AzureFileDatastore"
            "|OneLakeDatastore required"
        ),
        "systemData": "SystemData readonly",
        "type": "str readonly",
    },
    objects={
        "SystemData": SYSTEM_DATA,
        "AzureBlobDatastore": {
            "accountName": "str",
            "containerName": "str",
            "credentials": f"{_CREDENTIALS} required",
            "datastoreType": "str required const=AzureBlob",
            "description": "str",
            "endpoint": "str",
            "isDefault": "bool readonly",
            "properties": "{str}",
            "protocol": "str",
            "resourceGroup": "str",
            "serviceDataAccessAuthIdentity": 'str default="None"',
            "subscriptionId": "str",
            "tags": "{str}",
        },
        "AzureDataLakeGen1Datastore": {
            "credentials": f"{_CREDENTIALS} required",
            "datastoreType": "str required const=AzureDataLakeGen1",
            "description": "str",
            "isDefault": "bool readonly",
            "properties": "{str}",
            "resourceGroup": "str",
            "serviceDataAccessAuthIdentity": 'str default="None"',
            "storeName": "str required",
            "subscriptionId": "str",
            "tags": "{str}",
        },
        "AzureDataLakeGen2Datastore": {
            "accountName": "str required",
            "credentials": f"{_CREDENTIALS} required",
            "datastoreType": "str required const=AzureDataLakeGen2",
            "description": "str",
            "endpoint": "str",
            "filesystem": "str required",
            "isDefault": "bool readonly",
            "properties": "{str}",
            "protocol": "str",
            "resourceGroup": "str",
            "serviceDataAccessAuthIdentity": 'str default="None"',
            "subscriptionId": "str",
            "tags": "{str}",
        },
        "AzureFileDatastore": {
            "accountName": "str required",
            "credentials": f"{_CREDENTIALS} required",
            "datastoreType": "str required const=AzureFile",
            "description": "str",
            "endpoint": "str",
            "fileShareName": "str required",
            "isDefault": "bool readonly",
            "properties": "{str}",
            "protocol": "str",
            "resourceGroup": "str",
            "serviceDataAccessAuthIdentity": 'str default="None"',
            "subscriptionId": "str",
            "tags": "{str}",
        },
        "OneLakeDatastore": {
            "artifact": "LakeHouseArtifact required",
            "credentials": f"{_CREDENTIALS} required",
            "datastoreType": "str required const=OneLake",
            "description": "str",
            "endpoint": "str",
            "isDefault": "bool readonly",
            "oneLakeWorkspaceName": "str required",
            "properties": "{str}",
            "serviceDataAccessAuthIdentity": 'str default="None"',
            "tags": "{str}",
        },
        "AccountKeyDatastoreCredentials": {
            "credentialsType": "str required const=AccountKey",
            "secrets": "AccountKeyDatastoreSecrets required writeonly",
        },
        "CertificateDatastoreCredentials": {
            "authorityUrl": "str",
            "clientId": "str required",
            "credentialsType": "str required const=Certificate",
            "resourceUrl": "str",
            "secrets": "CertificateDatastoreSecrets required writeonly",
            "tenantId": "str required",
            "thumbprint": "str required",
        },
        "NoneDatastoreCredentials": {
            "credentialsType": "str required const=None",
        },
        "SasDatastoreCredentials": {
            "credentialsType": "str required const=Sas",
            "secrets": "SasDatastoreSecrets required writeonly",
        },
        "ServicePrincipalDatastoreCredentials": {
            "authorityUrl": "str",
            "clientId": "str required",
            "credentialsType": "str required const=ServicePrincipal",
            "resourceUrl": "str",
            "secrets": "ServicePrincipalDatastoreSecrets required writeonly",
            "tenantId": "str required",
        },
        "LakeHouseArtifact": {
            "artifactName": "str required",
            "artifactType": "str required const=LakeHouse",
        },
        "AccountKeyDatastoreSecrets": {
            "key": "str",
            "secretsType": "str required const=AccountKey",
        },
        "CertificateDatastoreSecrets": {
            "certificate": "str",
            "secretsType": "str required const=Certificate",
        },
        "SasDatastoreSecrets": {
            "sasToken": "str",
            "secretsType": "str required const=Sas",
        },
        "ServicePrincipalDatastoreSecrets": {
            "clientSecret": "str",
            "secretsType": "str required const=ServicePrincipal",
        },
    },
)
