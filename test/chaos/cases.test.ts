import { expect } from "chai";
import { describe, it } from "mocha";
import { allCases, sample } from "./cases";
import { scenarios } from "./scenarios";

const [up, , destroy, homeUp] = scenarios;

describe("the cases of chaos", () => {
  const cases = allCases([
    { scenario: up!, operations: ["ec2 DescribeVpcs", "ec2 CreateSubnet", "github GET repository"] },
    { scenario: destroy!, operations: ["ec2 DescribeVpcs", "ec2 DeleteSubnet"] },
    { scenario: homeUp!, operations: ["ec2 CreateVpc", "github PUT contents (create)"] },
  ]);
  const told = cases.map(({ operation, fault, scenario }) =>
    [operation, fault.name, scenario.name].join(", "),
  );
  const faultsOf = (operation: string) =>
    cases.filter((one) => one.operation === operation).map(({ fault }) => fault.name);

  it("have each pair of operation and fault once, in the first command that calls the operation", () => {
    expect(new Set(cases.map(({ operation, fault }) => `${operation}, ${fault.name}`))).to.have.length(
      cases.length,
    );
    expect(told).to.include("ec2 DescribeVpcs, lost answer, up");
    expect(told).to.include("ec2 DeleteSubnet, lost answer, destroy");
  });

  it("spoil AWS where AWS is deployed, and GitHub where files are committed", () => {
    expect(faultsOf("github GET repository")).to.deep.equal([]);
    expect(faultsOf("ec2 CreateVpc")).to.deep.equal([]);
  });

  it("kill the engine at creations only", () => {
    expect(faultsOf("ec2 CreateSubnet")).to.include("kill -9");
    expect(faultsOf("github PUT contents (create)")).to.include("kill -9");
    expect(faultsOf("ec2 DescribeVpcs")).to.not.include("kill -9");
  });

  it("move the branch under GitHub's writes only", () => {
    expect(faultsOf("github PUT contents (create)")).to.include("moved branch (409)");
    expect(faultsOf("ec2 CreateSubnet")).to.not.include("moved branch (409)");
  });

  it("give the same sample for the same seed, and another for another", () => {
    const names = (seed: number) =>
      sample(cases, 5, seed).map(({ operation, fault }) => operation + fault.name);
    expect(names(1)).to.have.length(5).and.to.deep.equal(names(1));
    expect(names(1)).to.not.deep.equal(names(2));
  });
});
