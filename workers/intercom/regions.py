"""Where Intercom's REST API is.

https://developers.intercom.com/building-apps/docs/rest-apis
"""

from typing import Final

BASE_URLS: Final = {
    "us": "https://api.intercom.io",
    "eu": "https://api.eu.intercom.io",
    "au": "https://api.au.intercom.io",
}
"""By region, as people write it in settings."""
