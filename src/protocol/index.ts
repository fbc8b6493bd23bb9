/**
 * The wire of Sluice, shared by both ends: events, frames, offsets and errors. Pure; imports nothing.
 * @module
 */
export * from "./codec.ts";
export * from "./errors.ts";
export * from "./events.ts";
export * from "./frames.ts";
export * from "./json.ts";
export * from "./offset.ts";
