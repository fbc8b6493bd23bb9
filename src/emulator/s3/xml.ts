/** An XML document of nested elements: a list repeats its element, undefined leaves it out. */
export function xmlDocument(root: string, content: XmlContent): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}`;
}

export interface XmlContent {
  readonly [name: string]: XmlValue | readonly XmlContent[] | XmlContent | undefined;
}

type XmlValue = string | number | boolean;

function element(name: string, value: XmlValue | XmlContent): string {
  const inner =
    typeof value === "object"
      ? Object.entries(value)
          .map(([child, content]) => elements(child, content))
          .join("")
      : escape(String(value));
  return `<${name}>${inner}</${name}>`;
}

function elements(name: string, content: XmlContent[string]): string {
  if (content === undefined) return "";
  return Array.isArray(content)
    ? content.map((one: XmlContent) => element(name, one)).join("")
    : element(name, content as XmlValue | XmlContent);
}

function escape(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
