from setuptools import find_packages, setup

setup(name="kakeibo", version="0.3", packages=find_packages(), install_requires=["flask"])
