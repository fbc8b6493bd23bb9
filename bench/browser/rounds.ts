import { type Measurement, type Place, measure } from "./measurement.ts";
import type { Speech } from "./speech.ts";
import type { Variant } from "./variants.ts";

/** A variant's measurements, one a run; all variants have the same runs. */
export type Measured = ReadonlyMap<Variant, readonly Measurement[]>;

/** Every variant once a run; each run begins with another one, so that none always follows the same. */
export async function rounds(
  place: Place,
  variants: readonly Variant[],
  speech: Speech,
  runs: number,
): Promise<Measured> {
  const measured = new Map(variants.map((variant): [Variant, Measurement[]] => [variant, []]));
  for (let run = 0; run < runs; run += 1) {
    for (let turn = 0; turn < variants.length; turn += 1) {
      const variant = variants[(run + turn) % variants.length]!;
      process.stderr.write(`run ${run + 1} ${speech.perSecond === 0 ? "flood" : "paced"} ${variant.name}: `);
      const measurement = await measure(place, variant, speech);
      process.stderr.write(`${JSON.stringify(measurement)}\n`);
      measured.get(variant)!.push(measurement);
    }
  }
  return measured;
}
