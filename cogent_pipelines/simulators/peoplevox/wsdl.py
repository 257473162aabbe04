"""The service description, written from one table of operations.

Names, types and bindings are those of the vendor's published description (SOAP 1.1, SOAP 1.2, HTTP GET, HTTP POST);
the operations with site filters and the `encodeParameterData` argument appear in later clients and are described
after it, each optional.
"""

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from cogent_pipelines.simulators.peoplevox.soap import NAMESPACE

EVENT_TYPES = (
    "AvailabilityChanges",
    "SalesOrderStatusChanges",
    "GoodsReceived",
    "TrackingNumberReceived",
    "IncrementalChanges",
    "Returns",
    # These three are known from later clients, not from the published description.
    "DespatchPackageTrackingNumberReceived",
    "OnDespatchOrderReceived",
    "DespatchPackageDespatched",
)

_EVENT = ("eventType", "tns:SubscriptionEventTypes", 1)
_ENCODE = ("encodeParameterData", "xs:boolean", 0)


def _strings(*names: str) -> tuple[tuple[str, str, int], ...]:
    return tuple((name, "xs:string", 0) for name in names)


# Operation: its arguments as (name, type, least number of occurrences).
OPERATIONS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "Authenticate": _strings("clientId", "username", "password"),
    "GetData": (("getRequest", "tns:GetRequest", 0),),
    "GetReportData": (("getReportRequest", "tns:GetReportRequest", 0),),
    "GetReportColumns": _strings("templateName"),
    "GetSaveTemplate": _strings("templateName"),
    "SaveData": (("saveRequest", "tns:SaveRequest", 0),),
    "SubscribeEvent": (_EVENT, *_strings("filter", "callbackUrl"), _ENCODE),
    "SubscribePostEvent": (_EVENT, *_strings("filter", "postUrl", "postParams"), _ENCODE),
    "UnsubscribeEvent": (("subscriptionId", "xs:int", 1),),
    "GetDataWithSitesFilters": (("getRequest", "tns:GetRequestWithSitesFilter", 0),),
    "SubscribeEventWithSitesFilters": (_EVENT, *_strings("sitesFilter", "callbackUrl"), _ENCODE),
    "SubscribePostEventWithSitesFilters": (_EVENT, *_strings("sitesFilter", "postUrl", "postParams"), _ENCODE),
}
# The HTTP bindings carry no session and leave out what takes complex types.
HTTP_OPERATIONS = (
    "Authenticate",
    "GetReportColumns",
    "GetSaveTemplate",
    "SubscribeEvent",
    "SubscribePostEvent",
    "UnsubscribeEvent",
)

_REQUEST = (("TemplateName", "xs:string", 0), ("PageNo", "xs:int", 1), ("ItemsPerPage", "xs:int", 1))
_TYPES: dict[str, tuple[tuple[str, str, int], ...]] = {
    "GetRequest": (*_REQUEST, ("SearchClause", "xs:string", 0)),
    "SaveRequest": (("TemplateName", "xs:string", 0), ("CsvData", "xs:string", 0), ("Action", "xs:int", 1)),
    "IntegrationResponse": (
        ("ResponseId", "xs:int", 1),
        ("TotalCount", "xs:int", 1),
        ("Detail", "xs:string", 0),
        ("Statuses", "tns:ArrayOfIntegrationStatusResponse", 0),
    ),
    "IntegrationStatusResponse": (("Reference", "xs:string", 0), ("Status", "tns:IntegrationResponseStatuses", 1)),
}
_EXTENSIONS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "GetReportRequest": _strings("FilterClause", "OrderBy", "Columns"),
    "GetRequestWithSitesFilter": _strings("sitesFilter"),
}


_DEFINITIONS = (
    '<wsdl:definitions xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"'
    ' xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:http="http://schemas.xmlsoap.org/wsdl/http/" xmlns:mime="http://schemas.xmlsoap.org/wsdl/mime/"'
    f' xmlns:tns="{NAMESPACE}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" targetNamespace="{NAMESPACE}">'
)


def describe(address: str) -> bytes:
    """Give the description of the service as it is reached at `address`."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        _DEFINITIONS,
        *_schema(),
        *_messages(),
        *_port_types(),
        *_bindings(),
        *_service(address),
        "</wsdl:definitions>",
    ]
    return "".join(parts).encode()


def _sequence(members: tuple[tuple[str, str, int], ...]) -> str:
    elements = (f'<xs:element minOccurs="{least}" maxOccurs="1" name="{n}" type="{kind}"/>' for n, kind, least in members)
    return f"<xs:sequence>{''.join(elements)}</xs:sequence>"


def _enumeration(name: str, values: tuple[str, ...]) -> str:
    inner = "".join(f'<xs:enumeration value="{value}"/>' for value in values)
    return f'<xs:simpleType name="{name}"><xs:restriction base="xs:string">{inner}</xs:restriction></xs:simpleType>'


def _schema() -> Iterator[str]:
    yield f'<wsdl:types><xs:schema elementFormDefault="qualified" targetNamespace="{NAMESPACE}">'
    for operation, arguments in OPERATIONS.items():
        yield f'<xs:element name="{operation}"><xs:complexType>{_sequence(arguments)}</xs:complexType></xs:element>'
        result = _sequence(((f"{operation}Result", "tns:IntegrationResponse", 0),))
        yield f'<xs:element name="{operation}Response"><xs:complexType>{result}</xs:complexType></xs:element>'
    for name, members in _TYPES.items():
        yield f'<xs:complexType name="{name}">{_sequence(members)}</xs:complexType>'
    for name, members in _EXTENSIONS.items():
        yield (
            f'<xs:complexType name="{name}"><xs:complexContent mixed="false"><xs:extension base="tns:GetRequest">'
            f"{_sequence(members)}</xs:extension></xs:complexContent></xs:complexType>"
        )
    yield (
        '<xs:complexType name="ArrayOfIntegrationStatusResponse"><xs:sequence>'
        '<xs:element minOccurs="0" maxOccurs="unbounded" name="IntegrationStatusResponse" nillable="true"'
        ' type="tns:IntegrationStatusResponse"/></xs:sequence></xs:complexType>'
    )
    yield (
        '<xs:complexType name="UserSessionCredentials"><xs:sequence>'
        '<xs:element minOccurs="1" maxOccurs="1" name="UserId" nillable="true" type="xs:int"/>'
        '<xs:element minOccurs="0" maxOccurs="1" name="ClientId" type="xs:string"/>'
        '<xs:element minOccurs="0" maxOccurs="1" name="SessionId" type="xs:string"/>'
        "</xs:sequence><xs:anyAttribute/></xs:complexType>"
    )
    yield _enumeration("IntegrationResponseStatuses", ("Error", "Success"))
    yield _enumeration("SubscriptionEventTypes", EVENT_TYPES)
    yield '<xs:element name="UserSessionCredentials" type="tns:UserSessionCredentials"/>'
    yield '<xs:element name="IntegrationResponse" nillable="true" type="tns:IntegrationResponse"/>'
    yield "</xs:schema></wsdl:types>"


def _messages() -> Iterator[str]:
    for operation in OPERATIONS:
        for way, element in (("In", operation), ("Out", f"{operation}Response")):
            part = f'<wsdl:part name="parameters" element="tns:{element}"/>'
            yield f'<wsdl:message name="{operation}Soap{way}">{part}</wsdl:message>'
        if operation != "Authenticate":
            part = '<wsdl:part name="UserSessionCredentials" element="tns:UserSessionCredentials"/>'
            yield f'<wsdl:message name="{operation}UserSessionCredentials">{part}</wsdl:message>'
    for verb in ("Get", "Post"):
        for operation in HTTP_OPERATIONS:
            names = [name for name, _, _ in OPERATIONS[operation] if name != "encodeParameterData"]
            parts = "".join(f'<wsdl:part name="{name}" type="xs:string"/>' for name in names)
            yield f'<wsdl:message name="{operation}Http{verb}In">{parts}</wsdl:message>'
            body = '<wsdl:part name="Body" element="tns:IntegrationResponse"/>'
            yield f'<wsdl:message name="{operation}Http{verb}Out">{body}</wsdl:message>'


def _port_types() -> Iterator[str]:
    for kind, operations in (("Soap", tuple(OPERATIONS)), ("HttpGet", HTTP_OPERATIONS), ("HttpPost", HTTP_OPERATIONS)):
        yield f'<wsdl:portType name="IntegrationServiceV4{kind}">'
        for operation in operations:
            yield (
                f'<wsdl:operation name="{operation}"><wsdl:input message="tns:{operation}{kind}In"/>'
                f'<wsdl:output message="tns:{operation}{kind}Out"/></wsdl:operation>'
            )
        yield "</wsdl:portType>"


def _bindings() -> Iterator[str]:
    for suffix, prefix in (("Soap", "soap"), ("Soap12", "soap12")):
        yield f'<wsdl:binding name="IntegrationServiceV4{suffix}" type="tns:IntegrationServiceV4Soap">'
        yield f'<{prefix}:binding transport="http://schemas.xmlsoap.org/soap/http"/>'
        for operation in OPERATIONS:
            yield from _soap_operation(operation, prefix)
        yield "</wsdl:binding>"
    for verb in ("Get", "Post"):
        yield f'<wsdl:binding name="IntegrationServiceV4Http{verb}" type="tns:IntegrationServiceV4Http{verb}">'
        yield f'<http:binding verb="{verb.upper()}"/>'
        sent = "<http:urlEncoded/>" if verb == "Get" else '<mime:content type="application/x-www-form-urlencoded"/>'
        for operation in HTTP_OPERATIONS:
            yield (
                f'<wsdl:operation name="{operation}"><http:operation location="/{operation}"/>'
                f'<wsdl:input>{sent}</wsdl:input><wsdl:output><mime:mimeXml part="Body"/></wsdl:output></wsdl:operation>'
            )
        yield "</wsdl:binding>"


def _soap_operation(operation: str, prefix: str) -> Iterator[str]:
    header = (
        f'<{prefix}:header message="tns:{operation}UserSessionCredentials" part="UserSessionCredentials" use="literal"/>'
        if operation != "Authenticate"
        else ""
    )
    body = f'<{prefix}:body use="literal"/>'
    yield (
        f'<wsdl:operation name="{operation}"><{prefix}:operation soapAction="{NAMESPACE}{operation}" style="document"/>'
        f"<wsdl:input>{body}{header}</wsdl:input><wsdl:output>{body}</wsdl:output></wsdl:operation>"
    )


def _service(address: str) -> Iterator[str]:
    yield '<wsdl:service name="IntegrationServiceV4">'
    for suffix, prefix in (("Soap", "soap"), ("Soap12", "soap12"), ("HttpGet", "http"), ("HttpPost", "http")):
        name = f"IntegrationServiceV4{suffix}"
        location = quoteattr(address)
        yield f'<wsdl:port name="{name}" binding="tns:{name}"><{prefix}:address location={location}/></wsdl:port>'
    yield "</wsdl:service>"
