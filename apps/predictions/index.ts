import { type Clock, type Gateway, type Route, gateway, systemClock } from "sluice";
import { callEndpoints } from "./calls.ts";
import { predictionsDialect } from "./dialect.ts";
import { type MakecallInput, makecallRoute } from "./makecall.ts";
import type { Prediction } from "./prediction.ts";

/** Prediction verification: an agent finds out when and how a prediction can be checked. `clock` is what its tools go by. */
export function predictions(clock: Clock = systemClock): Gateway<{ makecall: Route<MakecallInput, Prediction> }> {
  return gateway({
    routes: { makecall: makecallRoute(clock) },
    dialect: predictionsDialect,
    endpoints: callEndpoints,
  });
}
