import type { Tool } from "@strands-agents/sdk";
import { z } from "zod";
import { makeTool } from "../../agent-tool.ts";
import type { Toolkit } from "./toolkit.ts";

const length = z.number().positive().max(1e6);

/** The figures that building codes ask of rooms and ramps. Any unit, as long as it is one. */
export function buildingTools(kit: Toolkit): Tool[] {
  return [occupantLoad(kit), rampSlope(kit)];
}

function occupantLoad(kit: Toolkit): Tool {
  return makeTool(kit, {
    name: "occupant_load",
    description: "Reckons how many people count as present in each space, and in all of them.",
    input: z.object({
      spaces: z
        .array(z.object({ name: z.string(), area: length, areaPerPerson: length.describe("From the code.") }))
        .min(1)
        .max(200),
    }),
    use: ({ spaces }) => {
      const loads = spaces.map(({ name, area, areaPerPerson }) => ({ name, people: wholePeople(area, areaPerPerson) }));
      return { spaces: loads, people: loads.reduce((sum, { people }) => sum + people, 0) };
    },
  });
}

function rampSlope(kit: Toolkit): Tool {
  return makeTool(kit, {
    name: "ramp_slope",
    description: "Reckons a ramp's slope in percent, and how long it must be to keep to a limit.",
    input: z.object({
      rise: length,
      run: length.describe("Its horizontal length, in the same unit.").optional(),
      limitPercent: z.number().positive().max(100).optional(),
    }),
    use: ({ rise, run, limitPercent }) => ({
      ...(run !== undefined && { slopePercent: Math.round((rise / run) * 10_000) / 100 }),
      ...(limitPercent !== undefined && { limitPercent, shortestRun: Math.ceil((rise * 10_000) / limitPercent) / 100 }),
      ...(run !== undefined && limitPercent !== undefined && { withinLimit: rise * 100 <= run * limitPercent }),
    }),
  });
}

/** Rounded up; a hair above a whole number comes from the division, and is nobody. */
function wholePeople(area: number, areaPerPerson: number): number {
  return Math.ceil(Math.round((area / areaPerPerson) * 1e9) / 1e9);
}
