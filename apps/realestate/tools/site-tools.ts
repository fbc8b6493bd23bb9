import type { Tool } from "@strands-agents/sdk";
import { z } from "zod";
import { makeTool } from "../../agent-tool.ts";
import type { Toolkit } from "./toolkit.ts";

const area = z.number().positive().max(1e9);

/** The figures that zoning asks of a lot and its buildings. Any unit of area, as long as it is one. */
export function siteTools(kit: Toolkit): Tool[] {
  return [lotCoverage(kit), floorAreaRatio(kit)];
}

function lotCoverage(kit: Toolkit): Tool {
  return makeTool(kit, {
    name: "lot_coverage",
    description: "Reckons how many percent of a lot the buildings cover, and compares it with a limit.",
    input: z.object({
      lotArea: area,
      coveredArea: area.describe("Ground that the buildings cover together, in the same unit."),
      limitPercent: z.number().positive().max(100).optional(),
    }),
    use: ({ lotArea, coveredArea, limitPercent }) => ({
      coveragePercent: rounded((coveredArea / lotArea) * 100),
      ...(limitPercent !== undefined && {
        limitPercent,
        largestCoveredArea: rounded((lotArea * limitPercent) / 100),
        withinLimit: coveredArea * 100 <= lotArea * limitPercent,
      }),
    }),
  });
}

function floorAreaRatio(kit: Toolkit): Tool {
  return makeTool(kit, {
    name: "floor_area_ratio",
    description:
      "Adds up the floor areas of the storeys, divides them by the lot's area, and compares it with a limit.",
    input: z.object({
      lotArea: area,
      storeyAreas: z.array(area).min(1).max(200),
      limit: z.number().positive().max(100).optional(),
    }),
    use: ({ lotArea, storeyAreas, limit }) => {
      const floorArea = storeyAreas.reduce((sum, storey) => sum + storey, 0);
      return {
        floorArea: rounded(floorArea),
        ratio: rounded(floorArea / lotArea),
        ...(limit !== undefined && {
          limit,
          largestFloorArea: rounded(lotArea * limit),
          withinLimit: floorArea <= lotArea * limit,
        }),
      };
    },
  });
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
