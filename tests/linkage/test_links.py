"""Addresses in notices and messages lead somewhere."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import resolve

from linkage import links


def test_it_leads_to_the_page_of_a_push():
    assert resolve(links.push_url("TS20261120-0001")).view_name == "linkage:push_detail"


def test_it_leads_to_the_push_in_the_machine_interface():
    address = urlsplit(links.push_api_url("TS20261120-0001"))
    assert f"{address.scheme}://{address.netloc}" == settings.PORTAL_URL
    assert resolve(address.path).view_name == "linkage_api:push-detail"
