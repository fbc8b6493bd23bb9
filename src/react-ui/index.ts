/**
 * Components for answers that stream: small, accessible, in colours that CSS variables give. The styles are in
 * `sluice/react-ui/styles.css`.
 * @module
 */
export { AnswerBubble, type AnswerBubbleProps } from "./answer-bubble.tsx";
export { AnswerStatus } from "./answer-status.tsx";
export type { RenderBlock } from "./answer-text.tsx";
export { ConnectionStatus, type ConnectionStatusProps } from "./connection-status.tsx";
export { CopyButton, type CopyButtonProps } from "./copy-button.tsx";
export { ImageUpload, type ImageUploadProps } from "./image-upload.tsx";
export { LiveRegion, type LiveRegionProps } from "./live-region.tsx";
export { MessageList, type MessageListProps } from "./message-list.tsx";
export { Progress, type ProgressProps } from "./progress.tsx";
export { PromptBox, type PromptBoxProps } from "./prompt-box.tsx";
export { ResultCard, type ResultCardProps } from "./result-card.tsx";
export { StreamingIndicator } from "./streaming-indicator.tsx";
export { Timings, type TimingsProps } from "./timings.tsx";
export { ToolChips } from "./tool-chips.tsx";
export { UserBubble } from "./user-bubble.tsx";
export { counted } from "./words.ts";
