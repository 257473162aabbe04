"""A generic SOAP client, built from the description, works against the simulator in both versions."""

import base64
import warnings

import pytest

from cogent_pipelines.simulators.common.server import running

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import zeep

NAME = "{http://www.peoplevox.net/}"
PUBLISHED = "vendors/data/peoplevox/integrationservicev4.wsdl"


@pytest.fixture
def url(simulator):
    with running(simulator.app) as url:
        yield f"{url}/northwind/resources/integrationservicev4.asmx"


def use(client, service, simulator):
    """Log in, save, read and subscribe as any stranger would, and give what came back."""
    account = simulator.account
    password = base64.b64encode(account.password.encode()).decode()
    session = service.Authenticate(account.client_id, account.username, password).Detail.split(",")[1]
    credentials = client.get_element(f"{NAME}UserSessionCredentials")
    headers = [credentials(UserId=0, ClientId=account.client_id, SessionId=session)]
    save = client.get_type(f"{NAME}SaveRequest")
    header = save(TemplateName="Sales orders", CsvData="SalesOrderNumber,Customer\nSO-1,A & B", Action=1)
    saved = service.SaveData(header, _soapheaders=headers)
    lines = "SalesOrderNumber,ItemCode,QuantityOrdered\nSO-1,TEE,2\nSO-1,NOPE,1"
    partly = service.SaveData(save(TemplateName="Sales order items", CsvData=lines, Action=0), _soapheaders=headers)
    get = client.get_type(f"{NAME}GetRequest")
    search = 'SalesOrderNumber.Equals("SO-1")'
    read = service.GetData(
        get(TemplateName="Sales orders", PageNo=1, ItemsPerPage=10, SearchClause=search), _soapheaders=headers
    )
    report = client.get_type(f"{NAME}GetReportRequest")
    asked = report(TemplateName="Item inventory summary", PageNo=1, ItemsPerPage=1, Columns="[Item code],[Available]")
    stock = service.GetReportData(asked, _soapheaders=headers)
    subscribed = service.SubscribePostEvent(
        eventType="Returns", filter="", postUrl="http://x.test", postParams="a={ReturnCode}", _soapheaders=headers
    )
    removed = service.UnsubscribeEvent(int(subscribed.Detail), _soapheaders=headers)
    columns = service.GetReportColumns("Returns summary", _soapheaders=headers)
    template = service.GetSaveTemplate("Customers", _soapheaders=headers)
    return {
        "saved": (saved.ResponseId, saved.TotalCount, saved.Statuses.IntegrationStatusResponse[0].Status),
        "partly": (partly.ResponseId, [row.Status for row in partly.Statuses.IntegrationStatusResponse]),
        "read": (read.TotalCount, '"SO-1","A & B"' in read.Detail),
        "stock": (stock.TotalCount, stock.Detail),
        "removed": removed.Detail,
        "columns": "Return code" in columns.Detail,
        "template": template.Detail.startswith("Name,Reference"),
    }


EXPECTED = {
    "saved": (0, 1, "Success"),
    "partly": (-1, ["Success", "Error"]),
    "read": (1, True),
    "stock": (3, 'Item code,Available\n"TEE","8"\n'),
    "removed": "True",
    "columns": True,
    "template": True,
}


@pytest.mark.parametrize("port", ["IntegrationServiceV4Soap", "IntegrationServiceV4Soap12"])
def test_a_generic_client_works_from_our_own_description(simulator, url, port):
    """The description names the address it was fetched from, so nothing else is needed."""
    with zeep.Client(f"{url}?wsdl") as client:
        assert EXPECTED == use(client, client.bind("IntegrationServiceV4", port), simulator)


@pytest.mark.shared
@pytest.mark.parametrize("version", ["Soap", "Soap12"])
def test_a_generic_client_works_from_the_published_description(simulator, url, version, reference_material):
    """A client built from the vendor's own file, pointed at the simulator, cannot tell the difference."""
    with zeep.Client(str(reference_material / PUBLISHED)) as client:
        service = client.create_service(f"{NAME}IntegrationServiceV4{version}", url)
        assert EXPECTED == use(client, service, simulator)


@pytest.mark.shared
def test_our_description_holds_all_that_is_published(url, reference_material):
    """Every operation, argument and type of the published file is in ours, by the same name."""
    with zeep.Client(str(reference_material / PUBLISHED)) as published, zeep.Client(f"{url}?wsdl") as ours:
        assert set() == _names(published) - _names(ours)


def _names(client):
    names = set()
    for service in client.wsdl.services.values():
        for port in service.ports.values():
            for operation in port.binding._operations.values():
                names.add((service.name, port.name, operation.name))
    for qualified in ("GetRequest", "GetReportRequest", "SaveRequest", "IntegrationResponse", "UserSessionCredentials"):
        for name, element in client.get_type(f"{NAME}{qualified}").elements:
            names.add((qualified, name, element.type.name, element.is_optional))
    return names
