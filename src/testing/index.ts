/**
 * For tests of systems built on Sluice, and of implementations of its contracts.
 * @module
 */
export { type BlobsSuite, describeBlobs } from "./conformance/blobs.ts";
export { type BusSuite, describeBus } from "./conformance/bus.ts";
export { type QuotasSuite, describeQuotas } from "./conformance/quotas.ts";
export { type RecordsSuite, describeRecords } from "./conformance/records.ts";
export { type RosterPlace, type RosterSuite, describeRoster } from "./conformance/roster.ts";
export type { TestRegistrar, TestRunner } from "./conformance/runner.ts";
export {
  type ScriptPiece,
  type SourcePlace,
  type SourceScript,
  type SourceSuite,
  type UpstreamRecord,
  describeSource,
} from "./conformance/source.ts";
export { type StoreAgreement, describeStoreAgreement } from "./conformance/store-agreement.ts";
export { type StoreFeature, type StoreSuite, describeStore } from "./conformance/store.ts";
export { type FaultProxy, type FaultProxyOptions, faultProxy } from "./fault-proxy.ts";
export type { Direction, Disturbable, DisturbanceOptions, Lift } from "./disturbances.ts";
export { FakeClock, settled } from "./fake-clock.ts";
export { FakeSocket, FakeSockets } from "./fake-socket.ts";
export { type FaultyStore, faultyStore } from "./faulty-store.ts";
export { type TokenReport, checkTokens, numberedText, numberedToken } from "./numbered-tokens.ts";
export {
  type OpenAiCall,
  type OpenAiEndpoint,
  type OpenAiFault,
  type OpenAiModel,
  type OpenAiPiece,
  type OpenAiRefusal,
  startOpenAiEndpoint,
} from "./openai-endpoint.ts";
export type { ProxiedConnection } from "./proxied-connection.ts";
export { RecordingTransport } from "./recording-transport.ts";
export { type ScriptedCall, ScriptedSource } from "./scripted-source.ts";
export { SEED_VARIABLE, type SeededRandom, replayable, seededRandom } from "./seeded-random.ts";
