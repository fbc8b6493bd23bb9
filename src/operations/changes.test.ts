import { expect, it } from "vitest";
import { Changes, batches } from "./changes.ts";

interface Row {
  readonly id: string;
  readonly seq: number;
  readonly text?: string;
}

const changes = (): Changes<Row> => new Changes<Row>(({ id }) => id);

it("rows are told when they are new or have changed, and once when they are gone", () => {
  const table = changes();
  const [a, b] = [
    { id: "a", seq: 1 },
    { id: "b", seq: 1 },
  ];
  expect(table.since([a, b])).toEqual([{ set: [a, b], gone: [] }]);
  expect(table.since([{ ...a }, { ...b }])).toEqual([]);
  expect(table.since([a, { ...b, seq: 2 }])).toEqual([{ set: [{ id: "b", seq: 2 }], gone: [] }]);
  expect(table.since([a])).toEqual([{ set: [], gone: ["b"] }]);
  expect(table.since([a])).toEqual([]);
});

it("many rows come in parts of about 16 kB, and none is left out", () => {
  const rows = Array.from({ length: 100 }, (_, seq) => ({ id: `r${seq}`, seq, text: "x".repeat(1000) }));
  const parts = changes().since(rows);
  expect(parts.flatMap(({ set }) => set)).toEqual(rows);
  expect(Math.max(...parts.map((part) => JSON.stringify(part).length))).toBeLessThan(17_000);
});

it("an item that is larger than a part comes alone", () => {
  const sizes = [10, 50, 200, 20, 30, 10];
  expect(batches(sizes, (size) => size, { bytes: 100 })).toEqual([[10, 50], [200], [20, 30, 10]]);
  expect(batches(sizes, () => 0, { bytes: 100, items: 4 })).toEqual([
    [10, 50, 200, 20],
    [30, 10],
  ]);
});
