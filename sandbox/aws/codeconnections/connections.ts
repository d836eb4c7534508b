import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Store } from "../store";

/** A connection to a source provider, as GetConnection shows it. */
export interface Connection {
  ConnectionName: string;
  ConnectionArn: string;
  ProviderType: string;
  OwnerAccountId: string;
  /** PENDING until a person approves it in the console: no API can. */
  ConnectionStatus: "PENDING" | "AVAILABLE" | "ERROR";
  Tags: { Key: string; Value: string }[];
}

/** All connections of the account. */
export class Connections {
  private readonly store: Store<{ connections: Connection[] }>;

  constructor(
    directory: string,
    private readonly accountId: string,
  ) {
    this.store = Store.open(join(directory, "connections.json"), { connections: [] });
  }

  find(arn: string): Connection | undefined {
    return this.store.get().connections.find(({ ConnectionArn }) => ConnectionArn === arn);
  }

  /** The connections of a region, by the ARN. */
  inRegion(region: string): Connection[] {
    return this.store.get().connections.filter(({ ConnectionArn }) => ConnectionArn.split(":")[3] === region);
  }

  /** Makes a connection as the API does: it is PENDING. */
  create(region: string, wanted: Pick<Connection, "ConnectionName" | "ProviderType" | "Tags">): Connection {
    const arn = `arn:aws:codeconnections:${region}:${this.accountId}:connection/${randomUUID()}`;
    return this.put({
      ...wanted,
      ConnectionArn: arn,
      OwnerAccountId: this.accountId,
      ConnectionStatus: "PENDING",
    });
  }

  /** What a person does in the console: makes a connection with the app installed on GitHub, and approves it. */
  approve(arn: string): Connection {
    const connection = this.find(arn) ?? {
      ConnectionName: "github",
      ConnectionArn: arn,
      ProviderType: "GitHub",
      OwnerAccountId: this.accountId,
      Tags: [],
    };
    return this.put({ ...connection, ConnectionStatus: "AVAILABLE" });
  }

  put(connection: Connection): Connection {
    this.store.change((value) => {
      const others = value.connections.filter(
        ({ ConnectionArn }) => ConnectionArn !== connection.ConnectionArn,
      );
      value.connections = [...others, connection];
    });
    return connection;
  }

  delete(arn: string): void {
    this.store.change((value) => {
      value.connections = value.connections.filter(({ ConnectionArn }) => ConnectionArn !== arn);
    });
  }
}
