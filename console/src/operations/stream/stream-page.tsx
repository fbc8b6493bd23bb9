import { type ReactElement, useEffect, useState } from "react";
import { CancelButton } from "../cancel-button.tsx";
import { LinkNotice } from "../link-notice.tsx";
import { useSelected } from "../live/use-selected.ts";
import { Notice } from "../notice.tsx";
import type { Operations } from "../operations.ts";
import { PANEL } from "../panel.ts";
import { ScrollBox } from "../scroll-box.tsx";
import { StateWord } from "../state-word.tsx";
import { CopyStream } from "./copy-stream.tsx";
import { EventTable } from "./event-table.tsx";
import { HeadFacts } from "./head-facts.tsx";
import { PictureSection } from "./picture-section.tsx";
import { ReplayControls } from "./replay-controls.tsx";
import { timelineStore } from "./timeline-store.ts";
import { stateOf } from "./timeline.ts";
import { Transcript } from "./transcript.tsx";
import { useBottomPin } from "./use-bottom-pin.ts";
import { useReplay } from "./use-replay.ts";

export interface StreamPageProps {
  readonly operations: Operations;
  readonly app: string;
  readonly streamId: string;
  /** The seq that the address points to. */
  readonly at: number | undefined;
}

/** One stream: its facts, its time, its events, and what a viewer saw, which can be shown again. */
export function StreamPage({ operations, app, streamId, at }: StreamPageProps): ReactElement {
  const { client, live } = operations;
  const [store] = useState(() => timelineStore(client, { app, streamId }));
  const { link, timeline } = useSelected(store, (state) => state);
  const { entries, head } = timeline;
  const [gapsFromMs, setGapsFromMs] = useState(500);
  const replay = useReplay(timeline);
  const state = stateOf(timeline);

  const pointed = at === undefined ? -1 : entries.findIndex(({ seq }) => seq === at);
  const found = pointed !== -1;
  const transcript = useBottomPin(replay.playing || state === "running");
  const { goTo } = replay;
  useEffect(() => {
    if (found) goTo(pointed + 1);
    // Only when the address points elsewhere, or what it points to has come.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [at, found]);

  return (
    <div className="grid gap-5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-2xl font-semibold tracking-tight">
          {app} {head !== undefined && <span className="font-normal text-soft">/ {head.route}</span>}
        </h1>
        {entries.length > 0 && <StateWord state={state} />}
        <code className="text-[0.8125rem] break-all text-soft">{streamId}</code>
        {entries.length > 0 && (
          <div className="flex flex-wrap items-center gap-2 lg:ml-auto">
            <CancelButton operations={operations} stream={{ app, streamId, state }} />
            <CopyStream operations={operations} app={app} streamId={streamId} />
          </div>
        )}
      </div>
      <LinkNotice
        link={link}
        live={live}
        what="this stream"
        missing="There is no such stream, or it is kept no longer."
        onReconnect={() => client.reconnect()}
      />
      {entries.length > 0 && (
        <>
          <HeadFacts operations={operations} timeline={timeline} streamId={streamId} state={state} />
          <PictureSection
            app={app}
            streamId={streamId}
            state={state}
            timeline={timeline}
            live={live}
            count={replay.count}
            gapsFromMs={gapsFromMs}
            onGapsFrom={setGapsFromMs}
          />
          <ReplayControls timeline={timeline} replay={replay} />
          {at !== undefined && !found && (
            <Notice sign="empty" title={`There is no event ${at} so far`}>
              The stream's last event is {entries.at(-1)!.seq}.
            </Notice>
          )}
          <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
            <EventTable
              app={app}
              streamId={streamId}
              timeline={timeline}
              at={at}
              count={replay.count}
              gapsFromMs={gapsFromMs}
            />
            <section className="grid min-w-0 content-start gap-3" aria-labelledby="transcript-heading">
              <h2 id="transcript-heading" className="flex min-h-9 items-center text-lg font-semibold">
                As the viewer saw it
              </h2>
              <ScrollBox box={transcript} labelledBy="transcript-heading" className={`${PANEL} max-h-[32rem] p-4`}>
                <Transcript timeline={timeline} count={replay.count} />
              </ScrollBox>
            </section>
          </div>
        </>
      )}
    </div>
  );
}
