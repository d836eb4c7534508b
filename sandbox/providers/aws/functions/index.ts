import type { FunctionType } from "../../schema";
import type { Aws } from "../context";
import { getCallerIdentity, getPartition, getRegion } from "./account";
import { getAvailabilityZones, getSubnet, getSubnets, getVpc } from "./networks";
import { getNetworkInterface, getVpcEndpoint } from "./endpoints";
import { getNatGateway, getNatGateways, getRouteTable } from "./routing";
import {
  getCluster,
  getClusters,
  getConnection,
  getOpenIdConnectProvider,
  getRole,
  getSecurityGroup,
} from "./services";

/** The functions that the program uses, by their tokens in @pulumi/aws. */
export const functions: Record<string, FunctionType<Aws>> = {
  "aws:codestarconnections/getConnection:getConnection": getConnection,
  "aws:ec2/getNatGateway:getNatGateway": getNatGateway,
  "aws:ec2/getNatGateways:getNatGateways": getNatGateways,
  "aws:ec2/getNetworkInterface:getNetworkInterface": getNetworkInterface,
  "aws:ec2/getRouteTable:getRouteTable": getRouteTable,
  "aws:ec2/getSecurityGroup:getSecurityGroup": getSecurityGroup,
  "aws:ec2/getSubnet:getSubnet": getSubnet,
  "aws:ec2/getSubnets:getSubnets": getSubnets,
  "aws:ec2/getVpc:getVpc": getVpc,
  "aws:ec2/getVpcEndpoint:getVpcEndpoint": getVpcEndpoint,
  "aws:eks/getCluster:getCluster": getCluster,
  "aws:eks/getClusters:getClusters": getClusters,
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": getOpenIdConnectProvider,
  "aws:iam/getRole:getRole": getRole,
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
  "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
  "aws:index/getPartition:getPartition": getPartition,
  "aws:index/getRegion:getRegion": getRegion,
};
