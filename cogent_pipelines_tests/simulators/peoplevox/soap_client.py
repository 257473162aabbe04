"""A bare SOAP client for these tests, independent of any adapter: it writes envelopes and reads answers, no more."""

import base64
import csv
import io
from dataclasses import dataclass
from xml.sax.saxutils import escape

import httpx
from defusedxml.ElementTree import fromstring

from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator
from cogent_pipelines_tests.simulators.common.in_process import call

NAMESPACE = "http://www.peoplevox.net/"
PATH = "/northwind/resources/integrationservicev4.asmx"


@dataclass(frozen=True)
class Answer:
    response_id: int
    total: int
    detail: str
    statuses: list[tuple[str, str]]

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.detail)))


class SoapClient:
    """Calls a simulator in process; logs in by itself."""

    def __init__(self, simulator: PeoplevoxSimulator) -> None:
        self.simulator = simulator
        self.session = ""

    def send(self, method: str, path: str, **more) -> httpx.Response:
        return call(self.simulator.app, method, path, base_url="http://simulator", **more)

    def raw(self, operation: str, inner: str, *, path: str = PATH) -> httpx.Response:
        header = f"<UserSessionCredentials><UserId>0</UserId><SessionId>{self.session}</SessionId></UserSessionCredentials>"
        header = header.replace("<UserSessionCredentials>", f'<UserSessionCredentials xmlns="{NAMESPACE}">', 1)
        body = (
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
            f"<soap:Header>{header}</soap:Header>"
            f'<soap:Body><{operation} xmlns="{NAMESPACE}">{inner}</{operation}></soap:Body></soap:Envelope>'
        )
        headers = {"content-type": "text/xml; charset=utf-8", "soapaction": f'"{NAMESPACE}{operation}"'}
        return self.send("POST", path, content=body.encode(), headers=headers)

    def call(self, operation: str, inner: str) -> Answer:
        return read(self.raw(operation, inner).content)

    def log_in(self, *, encode: bool = True) -> Answer:
        account = self.simulator.account
        password = base64.b64encode(account.password.encode()).decode() if encode else account.password
        fields = {"clientId": account.client_id, "username": account.username, "password": password}
        answer = self.call("Authenticate", "".join(f"<{k}>{escape(v)}</{k}>" for k, v in fields.items()))
        if answer.response_id == 0:
            self.session = answer.detail.split(",")[1]
        return answer

    def save(self, template: str, text: str, action: int = 0) -> Answer:
        fields = f"<TemplateName>{template}</TemplateName><CsvData>{escape(text)}</CsvData><Action>{action}</Action>"
        return self.call("SaveData", f"<saveRequest>{fields}</saveRequest>")

    def save_template(self, template: str) -> Answer:
        return self.call("GetSaveTemplate", f"<templateName>{template}</templateName>")

    def data(self, template: str, search: str = "", *, page: int = 1, size: int = 0) -> Answer:
        return self.call("GetData", f"<getRequest>{_request(template, search, page, size)}</getRequest>")

    def report(
        self, name: str, search: str = "", *, columns: str = "", order: str = "", page: int = 1, size: int = 0
    ) -> Answer:
        more = f"<OrderBy>{escape(order)}</OrderBy><Columns>{escape(columns)}</Columns>"
        inner = f"<getReportRequest>{_request(name, search, page, size)}{more}</getReportRequest>"
        return self.call("GetReportData", inner)

    def save_order(self, number: str, *lines: tuple[str, int], action: int = 0, **columns: str) -> None:
        """Save a header and its lines, and expect both to be taken."""
        header = {"SalesOrderNumber": number, "Customer": "Ann", **columns}
        assert 0 == self.save("Sales orders", f"{','.join(header)}\n{','.join(header.values())}", 1).response_id
        rows = "\n".join(f"{number},{item},{quantity},{line}" for line, (item, quantity) in enumerate(lines, start=1))
        answer = self.save("Sales order items", f"SalesOrderNumber,ItemCode,QuantityOrdered,Line\n{rows}", action)
        assert 0 == answer.response_id, answer.detail


def _request(template: str, search: str, page: int, size: int) -> str:
    fields = f"<TemplateName>{template}</TemplateName><PageNo>{page}</PageNo><ItemsPerPage>{size}</ItemsPerPage>"
    return f"{fields}<SearchClause>{escape(search)}</SearchClause>"


def read(content: bytes) -> Answer:
    root = fromstring(content)

    def text(name: str) -> str:
        found = root.find(f".//{{{NAMESPACE}}}{name}")
        return (found.text or "") if found is not None else ""

    statuses = [
        (row.findtext(f"{{{NAMESPACE}}}Reference") or "", row.findtext(f"{{{NAMESPACE}}}Status") or "")
        for row in root.iter(f"{{{NAMESPACE}}}IntegrationStatusResponse")
    ]
    return Answer(int(text("ResponseId")), int(text("TotalCount")), text("Detail"), statuses)
