import { type CollectionTag, type Document, type ScalarTag, type YAMLMap, type YAMLSeq, parseDocument } from "yaml";

/** CloudFormation's short forms, as the functions that they stand for (`!Sub` is `Fn::Sub`, `!Ref` is `Ref`). */
const SHORT_FORMS = ["Ref", "Condition", "GetAtt", "Sub", "Join", "If", "Equals", "Not", "Select", "Split"];

const longForm = (name: string): string => (name === "Ref" || name === "Condition" ? name : `Fn::${name}`);

function tagsOf(name: string): (ScalarTag | CollectionTag)[] {
  const tag = `!${name}`;
  const whole = (value: unknown): Record<string, unknown> => ({ [longForm(name)]: value });
  const scalar: ScalarTag = {
    tag,
    resolve: (value) => whole(name === "GetAtt" ? value.split(".") : value),
  };
  const sequence: CollectionTag = {
    tag,
    collection: "seq",
    resolve: (items: YAMLMap | YAMLSeq) => ({ toJSON: () => whole(items.toJSON()) }) as never,
  };
  return [scalar, sequence];
}

/** Reads a template as a YAML document; throws where it is none. */
export function documentOf(text: string): Document {
  const document = parseDocument(text, { customTags: SHORT_FORMS.flatMap(tagsOf) });
  for (const problem of [...document.errors, ...document.warnings]) throw problem;
  return document;
}

/** The template with its short forms written out. */
export function templateIn(text: string): Record<string, unknown> {
  return JSON.parse(JSON.stringify(documentOf(text))) as Record<string, unknown>;
}

/** Every name that a part of a template refers to, by `Ref`, `Fn::GetAtt` or `Fn::Sub`. */
export function referencesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(referencesIn);
  if (part === null || typeof part !== "object") return [];
  return Object.entries(part).flatMap(([key, value]) => {
    if (key === "Ref") return [String(value)];
    if (key === "Fn::GetAtt") return [String((value as string[])[0])];
    if (key === "Fn::Sub") return [...String(value).matchAll(/\$\{([\w:]+)/g)].map(([, name]) => name!);
    return referencesIn(value);
  });
}
