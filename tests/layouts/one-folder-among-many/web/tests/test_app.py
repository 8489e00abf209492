import pytest
from kakeibo.app import create_app


@pytest.fixture
def client():
    return create_app(testing=True).test_client()


def test_top(client):
    assert client.get("/").status_code == 200
