import { describe, expect, it } from "vitest";
import { play } from "./support/player.ts";
import { type Vector, vectorFiles } from "./support/vector.ts";

const files = vectorFiles();

for (const [file, vectors] of files) {
  describe(`vectors of ${file}`, () => {
    for (const vector of vectors) it(titleOf(vector), () => play(vector));
  });
}

describe("the vectors", () => {
  it("have names of their own", () => {
    const names = Array.from(files, ([file, vectors]) => vectors.map(({ name }) => `${file}: ${name}`)).flat();
    expect(new Set(names).size).toBe(names.length);
  });
});

function titleOf({ name, section, law, transport }: Vector): string {
  const proof = law === undefined ? `section ${section}` : `section ${section}, law ${law}`;
  return `${transport}: ${name} (${proof})`;
}
