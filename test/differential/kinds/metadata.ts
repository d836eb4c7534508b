import { field, type Field, unquoted, withMistakes } from "./kind";

/** Fields that every kind has. */
export const metadata: Field[] = [
  field("metadata/labels/team", "web", "data", "", null),
  withMistakes(field("metadata/labels/version", "1", "2"), 3, unquoted("on")),
  field("metadata/annotations/note", "a", "b\nc\n", "<&>", "é漢", "", null),
  withMistakes(field("metadata/annotations/count", "1", "1e3"), unquoted("1e3"), unquoted("0o17"), true),
  field("metadata/annotations", null, {}),
  field("metadata/labels", null, {}),
  field("metadata/finalizers", ["example.org/keep"], [], null),
];
