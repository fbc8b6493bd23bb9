import { describe, expect, it } from "vitest";
import { KNOWN_DIFFERENCES } from "./support/known-differences.ts";
import { play } from "./support/player.ts";
import { type Vector, vectorFiles } from "./support/vector.ts";

const files = vectorFiles();

for (const [file, vectors] of files) {
  describe(`vectors of ${file}`, () => {
    for (const vector of vectors) {
      const known = KNOWN_DIFFERENCES[`${file}: ${vector.name}`];
      if (known === undefined) it(titleOf(vector), () => play(vector));
      else it.fails(`${titleOf(vector)}, except that ${known}`, () => play(vector));
    }
  });
}

describe("the vectors", () => {
  it("have names of their own, and what is known to differ is one of them", () => {
    const names = Array.from(files, ([file, vectors]) => vectors.map(({ name }) => `${file}: ${name}`)).flat();
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(Object.keys(KNOWN_DIFFERENCES)));
  });
});

function titleOf({ name, section, law, transport }: Vector): string {
  const proof = law === undefined ? `section ${section}` : `section ${section}, law ${law}`;
  return `${transport}: ${name} (${proof})`;
}
