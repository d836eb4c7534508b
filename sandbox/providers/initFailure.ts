import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * The error of a resource that was made or changed but not finished: the engine keeps it in its state, so that it is neither
 * lost nor made twice. Source: pulumi/pulumi:sdk/nodejs/provider/server.ts (`grpcResponseFromError`).
 */
export function initFailure(id: string, properties: Struct, reason: string): Error {
  const detail = new Any();
  detail.pack(
    new ErrorResourceInitFailed()
      .setId(id)
      .setProperties(properties)
      .setReasonsList([reason])
      .serializeBinary(),
    "pulumirpc.ErrorResourceInitFailed",
  );
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(reason);
  status.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return Object.assign(new Error(reason), { metadata });
}
