/** A text of somebody else's in a prompt: it must not be able to end its block. */
export function block(name: string, text: string): string {
  return `<${name}>\n${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}\n</${name}>`;
}

/** Reads back what `block` wrote; undefined where there is no such block. */
export function blockIn(name: string, prompt: string): string | undefined {
  const text = new RegExp(`<${name}>\n(.*?)\n</${name}>`, "s").exec(prompt)?.[1];
  return text?.replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}
