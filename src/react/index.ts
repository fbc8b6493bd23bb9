/**
 * Sluice in React: views of runs, which change at most once a frame, and hooks that watch them. Every hook takes the client first.
 * @module
 */
export type { AssistantMessage, ChatMessage, ChatTurn, UserMessage } from "./chat.ts";
export { type RunView, viewOf } from "./run-view.ts";
export { type ChatHandle, type ChatOptions, useChat } from "./use-chat.ts";
export { useConnection } from "./use-connection.ts";
export type { Handle } from "./use-handle.ts";
export { type RunActions, type RunHandle, useRun } from "./use-run.ts";
export { type StreamHandle, useStream } from "./use-stream.ts";
export { useStreamText } from "./use-stream-text.ts";
export { type UploadHandle, type UploadItem, useUpload } from "./use-upload.ts";
export { useView } from "./use-view.ts";
export type { TextState, ToolUse, ViewState } from "./view-state.ts";
