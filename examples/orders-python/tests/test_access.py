"""Who gets in, and who does not."""

import pytest

from orders import create_app
from orders.access import account_of, require_staff
from orders.tokens import check_token, sign


@pytest.fixture
def client():
    app = create_app()
    with app.app_context():
        database = app.config["DATABASE"]
        database.execute("INSERT INTO orders VALUES (1, 'ada', 'tea', 450, NULL)")
        database.execute("INSERT INTO roles VALUES ('grace', 'staff')")
    return app.test_client()


def as_account(account):
    return {"Authorization": sign(account)}


class FakeRequest:
    def __init__(self, account):
        self.headers = as_account(account)


def test_a_token_names_its_account():
    assert check_token(sign("ada")) == "ada"
    assert account_of(FakeRequest("ada")) == "ada"


def test_staff_are_known_by_their_role(client):
    with client.application.app_context():
        assert require_staff(FakeRequest("grace")) == "grace"


def test_customers_see_their_own_orders(client):
    assert client.get("/orders", headers=as_account("ada")).json[0]["item"] == "tea"
    assert client.get("/orders", headers=as_account("bob")).json == []


def test_export_is_text(client):
    assert client.get("/orders/export", headers=as_account("ada")).text == "1;tea;450"


def test_a_forged_token_is_refused(client):
    assert client.get("/orders", headers={"Authorization": "ada.00"}).status_code == 401


def test_only_staff_refund(client):
    assert client.post("/admin/refunds/1", headers=as_account("ada")).status_code == 403
    assert client.post("/admin/refunds/1", headers=as_account("grace")).status_code == 200


def test_staff_search(client):
    found = client.get("/admin/search?item=tea", headers=as_account("grace")).json
    assert [row["id"] for row in found] == [1]
