/** What API Gateway itself tells a client. */
export type GatewayMessage =
  | "Internal server error"
  | "Forbidden"
  | "Unauthorized"
  | "Too Many Requests"
  | "Service Unavailable";

/** Members and spaces as seen from AWS. */
export function gatewayFrame(message: GatewayMessage, connectionId: string, requestId: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}
