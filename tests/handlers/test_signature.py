"""The guard of the webhooks: Twilio's own vectors, and what a real request does to an address and a form."""

import json
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.datastructures import MultiDict
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from handlers.signature import is_authentic, signature_matches
from tests.standin.carrier import StandInCarrier
from tests.standin.webhooks import sign

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://bot.example.com"
INBOUND = [
    ("MessageSid", "SM00000000000000000000000000000001"),
    ("From", "+17815550199"),
    ("To", "+17815550100"),
    ("Body", "Don’t call & 50% off? "),
    ("NumMedia", "0"),
    ("FromCity", ""),
]
DATA = json.loads((Path(__file__).parents[1] / "data" / "signature_vectors.json").read_text("utf-8"))


def _vector(vector):
    contested = vector.get("contested")
    marks = [pytest.mark.skip(reason=contested)] if contested else []
    return pytest.param(vector, id=vector["id"], marks=marks)


@pytest.mark.parametrize("vector", [_vector(vector) for vector in DATA["vectors"]])
def test_twilios_own_vectors_hold(vector):
    content = vector["body"] if "body" in vector else MultiDict(map(tuple, vector["params"]))
    matches = signature_matches(vector["token"], vector["url"], content, vector["signature"])
    assert matches is vector["valid"]


@pytest.mark.parametrize(
    ("token", "signature"),
    [
        pytest.param("", "bttXxyWz2gjmWr7DnJCWmzR73qc=", id="no token is set"),
        pytest.param(None, "bttXxyWz2gjmWr7DnJCWmzR73qc=", id="the token is missing"),
        pytest.param(TOKEN, None, id="no signature came"),
        pytest.param(TOKEN, "", id="the signature is blank"),
        pytest.param(TOKEN, "ünïcode", id="the signature is nonsense"),
        pytest.param("another", "bttXxyWz2gjmWr7DnJCWmzR73qc=", id="another token"),
    ],
)
def test_without_the_right_token_and_signature_nothing_is_authentic(token, signature):
    assert not signature_matches(token, f"{PUBLIC}/twilio/sms", MultiDict(INBOUND), signature)


def guarded_app(token=TOKEN, public_url=PUBLIC):
    """A tiny real app: every path answers 204 to Twilio and 403 to anybody else."""
    app = Flask("guarded")

    @app.route("/<path:_>", methods=["GET", "POST"])
    def any_path(_):
        return "", 204 if is_authentic(token, public_url, request) else 403

    return app


def post(app, path, pairs, signature, **kwargs):
    headers = {"X-Twilio-Signature": signature} if signature is not None else {}
    headers |= kwargs.pop("headers", {})
    return app.test_client().post(path, data=MultiDict(pairs), headers=headers, **kwargs).status_code


def test_a_text_with_blanks_spaces_and_a_curly_apostrophe_is_authentic():
    assert post(guarded_app(), "/twilio/sms", INBOUND, "bttXxyWz2gjmWr7DnJCWmzR73qc=") == 204


def test_the_same_text_signed_with_the_port_is_authentic():
    assert post(guarded_app(), "/twilio/sms", INBOUND, "HjMm3kxpsD3BglSRX1jxqcI2v/c=") == 204


@pytest.mark.parametrize(
    "mangled",
    [
        pytest.param([*INBOUND[:3], ("Body", "Don’t call & 50% off?"), *INBOUND[4:]], id="space stripped"),
        pytest.param(INBOUND[:-1], id="blank field dropped"),
        pytest.param([*INBOUND, ("OptOutType", "STOP")], id="field added"),
    ],
)
def test_a_mangled_form_is_not_authentic(mangled):
    assert post(guarded_app(), "/twilio/sms", mangled, "bttXxyWz2gjmWr7DnJCWmzR73qc=") == 403


REPEATED = [
    ("Sid", "CA123"),
    ("SidAccount", "AC123"),
    ("Digits", "5678"),
    ("Digits", "1234"),
    ("Digits", "1234"),
]


@pytest.mark.parametrize(
    ("signature", "status"),
    [
        pytest.param("IK+Dwps556ElfBT0I3Rgjkr1wJU=", 204, id="every value of a repeated field counts"),
        pytest.param("lwmwedXvBwAQyglWrAQmllAWLTQ=", 403, id="signed over the first value only"),
    ],
)
def test_repeated_fields_are_not_collapsed(signature, status):
    app = guarded_app("12345", "https://mycompany.com")
    assert post(app, "/myapp.php?foo=1&bar=2", REPEATED, signature) == status


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("c=caf%C3%A9", id="percent-encoded letters"),
        pytest.param("next=a%2Fb&x=1%2B1", id="percent-encoded slash and plus"),
        pytest.param("q=a+b&blank=&twice=1&twice=2", id="plus, blank and repeats"),
    ],
)
def test_the_query_is_signed_as_it_came(query):
    signature = sign(TOKEN, f"{PUBLIC}/sms/inbound?{query}", INBOUND)
    assert post(guarded_app(), f"/sms/inbound?{query}", INBOUND, signature) == 204
    assert post(guarded_app(), f"/sms/inbound?{query}&more=1", INBOUND, signature) == 403


BEHIND_A_PROXY = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "bot.example.com",
    "X-Forwarded-Port": "8000",
}


def test_behind_a_proxy_the_public_address_counts_not_the_inner_one():
    signature = sign(TOKEN, f"{PUBLIC}/sms/inbound", INBOUND)
    status = post(
        guarded_app(),
        "/sms/inbound",
        INBOUND,
        signature,
        base_url="http://10.0.0.7:8000",
        headers=BEHIND_A_PROXY,
    )
    assert status == 204


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Host": "evil.example"}, id="Host"),
        pytest.param(
            {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}, id="X-Forwarded-Host"
        ),
    ],
)
def test_a_forged_host_does_not_choose_the_signed_address(headers):
    signature = sign(TOKEN, "https://evil.example/sms/inbound", INBOUND)
    assert post(guarded_app(), "/sms/inbound", INBOUND, signature, headers=headers) == 403


@pytest.mark.parametrize("token", [pytest.param(TOKEN, id="token set"), pytest.param("", id="token empty")])
@pytest.mark.parametrize(
    "signature", [pytest.param(None, id="no header"), pytest.param("wrong", id="wrong header")]
)
def test_an_unsigned_request_is_forbidden_never_an_error(token, signature):
    assert post(guarded_app(token), "/sms/inbound", INBOUND, signature) == 403


def test_an_empty_token_does_not_let_in_what_was_signed_with_an_empty_token():
    signature = sign("", f"{PUBLIC}/sms/inbound", INBOUND)
    assert post(guarded_app(""), "/sms/inbound", INBOUND, signature) == 403


@pytest.mark.parametrize(
    "public_url", [pytest.param(f"{PUBLIC}/glow", id="no slash"), pytest.param(f"{PUBLIC}/glow/", id="slash")]
)
def test_a_path_before_ours_in_the_public_address_is_signed(public_url):
    signature = sign(TOKEN, f"{PUBLIC}/glow/sms/inbound?x=1", INBOUND)
    stripped = guarded_app(public_url=public_url)
    assert post(stripped, "/sms/inbound?x=1", INBOUND, signature) == 204
    mounted = guarded_app(public_url=public_url)
    mounted.wsgi_app = DispatcherMiddleware(Flask("nothing").wsgi_app, {"/glow": mounted.wsgi_app})
    assert post(mounted, "/glow/sms/inbound?x=1", INBOUND, signature) == 204


BODY = '{"words": "café"}'
HASHED = f"/sms/inbound?bodySHA256={sha256(BODY.encode()).hexdigest()}"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param(HASHED, BODY, 204, id="the signed hash is the body's"),
        pytest.param(HASHED, BODY.replace("café", "cafe"), 403, id="the body was changed"),
        pytest.param("/sms/inbound", BODY, 403, id="a body that nothing vouches for"),
        pytest.param("/sms/inbound", "", 204, id="no body at all"),
    ],
)
def test_a_body_that_is_no_form_needs_its_hash_in_the_signed_query(path, body, status):
    answer = (
        guarded_app()
        .test_client()
        .post(
            path,
            data=body.encode(),
            content_type="application/json",
            headers={"X-Twilio-Signature": sign(TOKEN, PUBLIC + path, [])},
        )
    )
    assert answer.status_code == status


@pytest.fixture
def listening():
    """The guarded app on a real port, as behind a proxy that strips /glow; and a stand-in that knows it."""
    with StandInCarrier() as standin:
        app = guarded_app(standin.auth_token, f"{PUBLIC}/glow")
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        standin.routes = {f"{PUBLIC}/glow": f"http://127.0.0.1:{server.server_port}"}
        yield standin
        server.shutdown()
        thread.join()
        server.server_close()


def test_over_a_real_wire_the_stand_ins_texts_and_receipts_are_authentic(listening):
    url = f"{PUBLIC}/glow/sms/inbound"
    assert listening.text_in(url, "+17815550110", "+17815550100", "  ¿Puedo? 😊 &=+ \n").status_code == 204
    callback = f"{PUBLIC}/glow/sms/status/m-1"
    listening.receive(
        listening.account_sid,
        {"To": "+17815550110", "From": "+17815550100", "Body": "Hi", "StatusCallback": callback},
    )
    [taken] = listening.texts
    assert listening.send_receipt(taken, "undelivered", 30006).status_code == 204
    assert (taken.status, taken.resource()["error_code"]) == ("undelivered", 30006)


def test_over_a_real_wire_another_accounts_texts_are_forbidden(listening):
    listening.auth_token = "stolen"
    url = f"{PUBLIC}/glow/sms/inbound"
    assert listening.text_in(url, "+17815550110", "+17815550100", "STOP").status_code == 403
