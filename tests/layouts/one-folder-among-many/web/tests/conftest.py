import kakeibo

pytest_plugins = ['kakeibo.testing']
