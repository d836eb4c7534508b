"""moto with a memory: its state is on the disk before a request that changed it is answered.

Usage: moto_server.py PORT STATE_FILE
"""

import json
import logging
import os
import pickle
import signal
import sys
import threading

# Thousands of machine images a region, which nothing here looks at, would make the state a hundred times larger.
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

from moto.utilities import utils  # noqa: E402

# Which instance types every region offers, which nothing here looks at either, was a fifth of moto's start.
load_resource = utils.load_resource
utils.load_resource = lambda path: [] if "instance_type_offerings" in path else load_resource(path)

from moto.backends import get_backend  # noqa: E402
from moto.ec2.models import EC2Backend  # noqa: E402
from moto.ec2.models.network_acls import NetworkAclEntry  # noqa: E402
from moto.ec2.models.security_groups import SecurityGroupRule  # noqa: E402
from moto.ec2.models.vpcs import VPCEndPoint  # noqa: E402
from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: E402
from moto.iam.models import AWSManagedPolicy, IAMBackend  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server  # noqa: E402

SERVICES = ["ec2", "iam", "logs", "sts"]

# moto answers without the description of a rule that names a group; EC2 answers with it.
SecurityGroupRule.description = property(
    lambda rule: rule.ip_range.get("Description") or rule.source_group.get("Description")
)

# moto answers with the ports that were asked for; EC2 has none for protocols other than TCP and UDP.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
port_range = NetworkAclEntry.port_range.fget
NetworkAclEntry.port_range = property(
    lambda entry: port_range(entry) if str(entry.protocol) in ("6", "17") else None
)

# moto gives the two rules that deny the rest to the default network ACL of a VPC only; EC2 to each.
# https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
create_network_acl = EC2Backend.create_network_acl


def create_network_acl_that_denies(backend, vpc_id, tags=None, default=False):
    acl = create_network_acl(backend, vpc_id, tags, default)
    for egress in () if default else (True, False):
        entry = {"rule_number": 32767, "protocol": "-1", "rule_action": "deny", "egress": egress}
        unused = ["icmp_code", "icmp_type", "port_range_from", "port_range_to", "ipv6_cidr_block"]
        backend.create_network_acl_entry(
            network_acl_id=acl.id, cidr_block="0.0.0.0/0", **entry, **dict.fromkeys(unused)
        )
    return acl


EC2Backend.create_network_acl = create_network_acl_that_denies

# moto keeps a subnet's association with a network ACL when the subnet is deleted; EC2 does not.
delete_subnet = EC2Backend.delete_subnet


def delete_subnet_with_association(backend, subnet_id):
    deleted = delete_subnet(backend, subnet_id)
    for acl in backend.network_acls.values():
        acl._associations = {
            key: one for key, one in acl._associations.items() if one.subnet_id != subnet_id
        }
    return deleted


EC2Backend.delete_subnet = delete_subnet_with_association

# moto keeps the network interface and the address of a NAT gateway that is deleted; EC2 does not.
# https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html
delete_nat_gateway = EC2Backend.delete_nat_gateway


def delete_nat_gateway_with_interface(backend, nat_gateway_id):
    deleted = delete_nat_gateway(backend, nat_gateway_id)
    for address in deleted.address_set:
        if address.get("associationId"):
            backend.disassociate_address(association_id=address["associationId"])
    backend.enis.pop(deleted._eni.id, None)
    return deleted


EC2Backend.delete_nat_gateway = delete_nat_gateway_with_interface

# moto keeps the default network ACL of a VPC that is deleted; EC2 does not.
# https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html
delete_vpc = EC2Backend.delete_vpc


def delete_vpc_with_network_acl(backend, vpc_id):
    deleted = delete_vpc(backend, vpc_id)
    for acl in [one for one in backend.network_acls.values() if one.vpc_id == vpc_id]:
        del backend.network_acls[acl.id]
    return deleted


EC2Backend.delete_vpc = delete_vpc_with_network_acl

# moto has none of AWS's own policies, or all of them, which would make its state many times larger.
AWS_POLICIES = ["AmazonEKSClusterPolicy"]


def init_aws_policies(backend):
    data = json.loads(aws_managed_policies_data)
    return [
        AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, data[name])
        for name in AWS_POLICIES
    ]


IAMBackend._init_aws_policies = init_aws_policies

# Filters of DescribeVpcEndpoints that moto does not have.
endpoint_filter = VPCEndPoint.get_filter_value
VPCEndPoint.get_filter_value = lambda endpoint, name, method=None: (
    {"vpc-id": endpoint.vpc_id, "service-name": endpoint.service_name}.get(name)
    or endpoint_filter(endpoint, name, method)
)


def load(path):
    """Brings back the backends of an earlier run."""
    if not os.path.exists(path):
        return
    with open(path, "rb") as file:
        state = pickle.load(file)
    for service, account, region, backend in state:
        get_backend(service)[account][region] = backend


def reload(path):
    """Forgets everything, and brings back what the file has by now."""
    for service in SERVICES:
        get_backend(service).clear()
    load(path)


def save(path):
    """Writes all backends in one piece, so that objects which refer to each other stay one object."""
    state = [
        (service, account, region, backend)
        for service in SERVICES
        for account, regions in get_backend(service).items()
        for region, backend in regions.items()
    ]
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "wb") as file:
        pickle.dump(state, file)
    os.replace(temporary, path)


class RememberingMoto:
    """One request after the other: a state that is written while it changes would be no state at all."""

    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ, start_response):
        with self.lock:
            body = list(self.moto(environ, start_response))
            if environ.get("HTTP_X_SANDBOX_READ_ONLY") != "true":
                save(self.path)
            return body


def main():
    port, path = int(sys.argv[1]), sys.argv[2]
    # The endpoint in front keeps the record of requests; here only failures are worth a line.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    load(path)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    moto = RememberingMoto(path)
    server = make_server("127.0.0.1", port, moto, threaded=True, request_handler=MotoRequestHandler)
    print(f"listening on {server.port}", flush=True)
    # The parent holds the other end of standard input: when it is gone, however it went, so is moto.
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for _ in sys.stdin:
        with moto.lock:
            reload(path)
        print("reloaded", flush=True)


if __name__ == "__main__":
    main()
