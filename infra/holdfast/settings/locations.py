"""Which locations does Azure have, and how is one written?

Azure answers `westeurope` and shows "West Europe": both are read, the first is what is used. The list is that of
"Azure regions list" (Microsoft Learn) with the government and China clouds. A region that is newer than this list is
refused until it is added here, because a misspelt one would otherwise fail in the middle of a run.
"""

from __future__ import annotations

from holdfast.settings.keys import Bad
from holdfast.settings.suggestions import did_you_mean

_BY_NAME = {
    "australiacentral": "Australia Central",
    "australiacentral2": "Australia Central 2",
    "australiaeast": "Australia East",
    "australiasoutheast": "Australia Southeast",
    "austriaeast": "Austria East",
    "belgiumcentral": "Belgium Central",
    "brazilsouth": "Brazil South",
    "brazilsoutheast": "Brazil Southeast",
    "canadacentral": "Canada Central",
    "canadaeast": "Canada East",
    "centralindia": "Central India",
    "centralus": "Central US",
    "centraluseuap": "Central US EUAP",
    "chilecentral": "Chile Central",
    "chinaeast": "China East",
    "chinaeast2": "China East 2",
    "chinaeast3": "China East 3",
    "chinanorth": "China North",
    "chinanorth2": "China North 2",
    "chinanorth3": "China North 3",
    "denmarkeast": "Denmark East",
    "eastasia": "East Asia",
    "eastus": "East US",
    "eastus2": "East US 2",
    "eastus2euap": "East US 2 EUAP",
    "francecentral": "France Central",
    "francesouth": "France South",
    "germanynorth": "Germany North",
    "germanywestcentral": "Germany West Central",
    "indonesiacentral": "Indonesia Central",
    "israelcentral": "Israel Central",
    "italynorth": "Italy North",
    "japaneast": "Japan East",
    "japanwest": "Japan West",
    "jioindiacentral": "Jio India Central",
    "jioindiawest": "Jio India West",
    "koreacentral": "Korea Central",
    "koreasouth": "Korea South",
    "malaysiawest": "Malaysia West",
    "mexicocentral": "Mexico Central",
    "newzealandnorth": "New Zealand North",
    "northcentralus": "North Central US",
    "northeurope": "North Europe",
    "norwayeast": "Norway East",
    "norwaywest": "Norway West",
    "polandcentral": "Poland Central",
    "qatarcentral": "Qatar Central",
    "southafricanorth": "South Africa North",
    "southafricawest": "South Africa West",
    "southcentralus": "South Central US",
    "southeastasia": "Southeast Asia",
    "southindia": "South India",
    "spaincentral": "Spain Central",
    "swedencentral": "Sweden Central",
    "swedensouth": "Sweden South",
    "switzerlandnorth": "Switzerland North",
    "switzerlandwest": "Switzerland West",
    "uaecentral": "UAE Central",
    "uaenorth": "UAE North",
    "uksouth": "UK South",
    "ukwest": "UK West",
    "usdodcentral": "US DoD Central",
    "usdodeast": "US DoD East",
    "usgovarizona": "US Gov Arizona",
    "usgovtexas": "US Gov Texas",
    "usgovvirginia": "US Gov Virginia",
    "westcentralus": "West Central US",
    "westeurope": "West Europe",
    "westindia": "West India",
    "westus": "West US",
    "westus2": "West US 2",
    "westus3": "West US 3",
}

#: The names that Azure's API uses.
LOCATIONS = tuple(_BY_NAME)


def read_location(text: str) -> str:
    """The API's name of a location written either way; `Bad` for one that is not on the list."""
    name = text.replace(" ", "").replace("-", "").replace("_", "").lower()
    if name in _BY_NAME:
        return name
    hint = did_you_mean(name, LOCATIONS) or "`az account list-locations --output table` shows your subscription's"
    raise Bad("unknown-location", "is no location of Azure", "one of " + ", ".join(LOCATIONS), hint)
