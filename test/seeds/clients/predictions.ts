/*
 * WebSocketService, PredictionService and the handlers of StreamingPrediction of seed 004 (prediction verification).
 * Adapted: the address is an argument. React's state is plain variables. Gaps completed: the constructors, waiting for the
 * connection to open, and the handlers of "tool" and "error", which the document declares and does not register.
 */
export class WebSocketService {
  private socket: WebSocket | null = null;
  private messageHandlers: Map<string, (data: any) => void> = new Map();
  private url: string;

  constructor(url: string) {
    this.url = url;
  }

  async connect(): Promise<void> {
    this.socket = new WebSocket(this.url);

    this.socket.onmessage = (event) => {
      const data = JSON.parse(event.data);
      const type = data.type;

      if (this.messageHandlers.has(type)) {
        this.messageHandlers.get(type)!(data);
      }
    };
    await new Promise((resolve, reject) => {
      this.socket!.onopen = resolve;
      this.socket!.onerror = reject;
    });
  }

  async send(action: string, data: any): Promise<void> {
    const message = JSON.stringify({ action, ...data });
    this.socket!.send(message);
  }

  onMessage(type: string, handler: (data: any) => void): void {
    this.messageHandlers.set(type, handler);
  }

  disconnect(): void {
    this.socket?.close();
  }
}

export class PredictionService {
  private webSocketService: WebSocketService;

  constructor(webSocketService: WebSocketService) {
    this.webSocketService = webSocketService;
  }

  async makePredictionWithStreaming(
    prompt: string,
    onTextChunk: (text: string) => void,
    onToolUse: (toolName: string, input: any) => void,
    onComplete: (finalResponse: any) => void,
    onError: (error: string) => void,
  ): Promise<void> {
    // Register handlers for different message types
    this.webSocketService.onMessage("text", (data) => {
      onTextChunk(data.content);
    });

    this.webSocketService.onMessage("tool", (data) => {
      onToolUse(data.name, data.input);
    });

    this.webSocketService.onMessage("complete", (data) => {
      onComplete(data.content);
    });

    this.webSocketService.onMessage("error", (data) => {
      onError(data.message);
    });

    // Send prediction request
    await this.webSocketService.send("makecall", { prompt });
  }
}

/** StreamingPrediction's handleSubmit; resolves with the component's state when the answer is complete. */
export async function submit(url: string, prompt: string): Promise<any> {
  let streamingText = "";
  let prediction: any = null;
  let response: any = null;
  const setStreamingText = (update: (prev: string) => string): void => void (streamingText = update(streamingText));
  const service = new WebSocketService(url);
  await service.connect();
  const predictionService = new PredictionService(service);
  try {
    await new Promise<void>((resolve, reject) => {
      void predictionService.makePredictionWithStreaming(
        prompt,
        // Text chunk handler - accumulates streaming text
        (text) => setStreamingText((prev) => prev + text),
        // Tool use handler - shows AI tool usage
        (toolName) => setStreamingText((prev) => prev + `\n[Using tool: ${toolName}]\n`),
        // Complete handler - displays final structured prediction
        (finalResponse) => {
          const parsedResponse = JSON.parse(finalResponse);
          prediction = parsedResponse;

          // Format response for LogCallButton compatibility
          response = {
            results: [parsedResponse],
          };
          resolve();
        },
        // Error handler
        (errorMessage) => reject(new Error(errorMessage)),
      );
    });
  } finally {
    service.disconnect();
  }
  return { streamingText, prediction, response };
}
