import { type LambdaOptions, pinoLogger } from "sluice/lambda";
import { iterable } from "sluice/source/iterable";
import { dynamodb } from "sluice/store/dynamodb";
import { type Speech, speak } from "../speech.ts";
import { tell } from "../told.ts";
import { countedClient } from "./counted-table.ts";

const { SLUICE_STORE, SLUICE_WORKER, BENCH_CALLBACK_URL, BENCH_COALESCE_MS } = process.env;

export const options: LambdaOptions = {
  store: () => dynamodb({ table: SLUICE_STORE!.replace("dynamodb:", ""), client: countedClient() }),
  source: async () =>
    iterable(({ messages }) => {
      const speech = JSON.parse(messages[0]!.content as string) as Speech;
      return speak(speech, (spoken) => tell({ spoken }));
    }),
  worker: SLUICE_WORKER!,
  callbackUrl: BENCH_CALLBACK_URL!,
  coalesceMs: Number(BENCH_COALESCE_MS),
  logger: pinoLogger("warn"),
};
