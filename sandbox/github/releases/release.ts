import { z } from "zod";
import { user, type Links } from "../resources";

/** A release: https://docs.github.com/rest/releases/releases */
export interface Release {
  id: number;
  repository: string;
  tagName: string;
  targetCommitish: string;
  name: string;
  body: string;
  draft: boolean;
  prerelease: boolean;
  login: string;
  createdAt: string;
  publishedAt: string | null;
}

const texts = {
  name: z.string().nullish(),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
  prerelease: z.boolean().optional(),
  target_commitish: z.string().optional(),
  make_latest: z.enum(["true", "false", "legacy"]).optional(),
};

export const releaseRequest = z.strictObject({ tag_name: z.string().min(1), ...texts });
export const releaseChange = z.strictObject({ tag_name: z.string().min(1).optional(), ...texts });

export function releaseResource(links: Links, release: Release) {
  const { id, repository, tagName } = release;
  const url = `${links.api}/repos/${repository}/releases/${String(id)}`;
  return {
    id,
    node_id: Buffer.from(`Release:${String(id)}`).toString("base64"),
    tag_name: tagName,
    target_commitish: release.targetCommitish,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    author: user(links, release.login),
    created_at: release.createdAt,
    published_at: release.publishedAt,
    url,
    html_url: `${links.web}/${repository}/releases/tag/${encodeURIComponent(tagName)}`,
    assets: [],
  };
}
