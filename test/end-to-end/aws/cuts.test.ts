import { describeCuts } from "../cases/cuts.ts";
import { onAws } from "../support/on-aws.ts";

describeCuts(onAws, { streams: 25, cuts: 100, limitMs: 150_000, readers: ["WebSocket", "our client"] });
describeCuts(onAws, { streams: 10, cuts: 15, limitMs: 90_000, readers: ["SSE", "long poll"] });
