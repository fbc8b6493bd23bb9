/*
 * The message switch of useChat, and startStreaming of useWebSocket, of seed 001 (real-time streaming of generated titles).
 * Adapted: the address is an argument. React's state and ref are a plain value and a plain object, and every state is kept in
 * `states`. Gaps completed: getStageFromProgress and scrollToBottom, which the document names and does not show, and the
 * message that the chat puts in before it asks.
 */
export function openChat(wsUrl: string, projectId: string): any {
  const streamingMessageIdRef: { current: string | null } = { current: null };
  const states: any[][] = [[]];
  const received: any[] = [];
  const setMessages = (update: (prev: any[]) => any[]): void => void states.push(update(states.at(-1)!));
  const scrollToBottom = (): void => {};
  const getStageFromProgress = (progress: number): string =>
    progress < 10 ? "initializing" : progress < 40 ? "analyzing" : progress < 90 ? "generating" : "finalizing";
  const done = Promise.withResolvers<void>();
  const ws = new WebSocket(wsUrl);

  const handleWebSocketMessage = (event: MessageEvent): void => {
    const data = JSON.parse(event.data);
    const currentStreamingId = streamingMessageIdRef.current;

    switch (data.type) {
      case "progress":
        // Progress UI updates
        setMessages((prev: any[]) => {
          const updatedMessages = [...prev];
          const streamingMsgIndex = updatedMessages.findIndex(
            (msg) => msg.id === currentStreamingId
          );
          if (streamingMsgIndex !== -1) {
            updatedMessages[streamingMsgIndex] = {
              ...updatedMessages[streamingMsgIndex],
              loadingProgress: {
                stage: getStageFromProgress(data.progress),
                message: data.step,
                percentage: data.progress,
              },
            };
          }
          return updatedMessages;
        });
        break;

      case "stream_chunk":
        // Real-time text addition
        setMessages((prev: any[]) => {
          const updatedMessages = [...prev];
          const streamingMsgIndex = updatedMessages.findIndex(
            (msg) => msg.id === currentStreamingId
          );
          if (streamingMsgIndex !== -1) {
            const isFirstChunk =
              updatedMessages[streamingMsgIndex].loadingProgress !== undefined;
            const currentContent = isFirstChunk
              ? ""
              : updatedMessages[streamingMsgIndex].content;

            updatedMessages[streamingMsgIndex] = {
              ...updatedMessages[streamingMsgIndex],
              content: currentContent + data.content,
              isStreaming: true,
              loadingProgress: undefined,
            };
          }
          return updatedMessages;
        });
        scrollToBottom(); // Real-time scrolling
        break;

      case "stream_complete":
        // Streaming completion handling
        setMessages((prev: any[]) => {
          const updatedMessages = [...prev];
          const streamingMsgIndex = updatedMessages.findIndex(
            (msg) => msg.id === currentStreamingId
          );
          if (streamingMsgIndex !== -1) {
            updatedMessages[streamingMsgIndex] = {
              ...updatedMessages[streamingMsgIndex],
              content: data.fullContent,
              isLoading: false,
              isStreaming: false,
              timestamp: new Date(),
            };
          }
          return updatedMessages;
        });
        streamingMessageIdRef.current = null;
        break;
    }
    received.push(data);
    if (data.type === "stream_complete") done.resolve();
    if (data.type === "error") done.reject(new Error(data.message));
  };

  ws.onmessage = handleWebSocketMessage;
  ws.onerror = () => done.reject(new Error("WebSocket error"));
  ws.onclose = () => done.reject(new Error("WebSocket closed"));

  const startStreaming = (userInput: string, chatHistory: any[]): void => {
    streamingMessageIdRef.current = "answer";
    setMessages((prev) => [...prev, { id: "answer", content: "", isLoading: true }]);
    const message = {
      action: "stream",
      projectId,
      userInput,
      chat_history: chatHistory,
    };
    ws.send(JSON.stringify(message));
  };
  ws.onopen = () => startStreaming("Write titles about bees that live on the roofs of a city", []);

  return { states, received, done: done.promise, close: () => ws.close() };
}
