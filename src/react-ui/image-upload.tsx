"use client";
import { type DragEvent, type ReactElement, useEffect, useId, useRef, useState } from "react";
import type { UploadItem } from "../react/index.ts";
import { Icon } from "./icon.tsx";
import { ACCEPT, LIMITS, problemOf, sizeOf } from "./image-file.ts";
import { Progress } from "./progress.tsx";

export interface ImageUploadProps {
  readonly value: File | undefined;
  readonly onChange: (file: File | undefined) => void;
  /** Its way to the server, as `useUpload` tells it. */
  readonly upload?: UploadItem | undefined;
}

/** Takes one image that is dropped, pasted or chosen; shows it, or says why not. */
export function ImageUpload({ value, onChange, upload }: ImageUploadProps): ReactElement {
  const [problem, setProblem] = useState<string>();
  const [over, setOver] = useState(false);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    const found = problemOf(file);
    setProblem(found);
    onChange(found === undefined ? file : undefined);
  };
  useEffect(() => {
    const pasted = (event: ClipboardEvent): void => take(event.clipboardData?.files[0]);
    document.addEventListener("paste", pasted);
    return () => document.removeEventListener("paste", pasted);
  });
  const remove = (): void => {
    onChange(undefined);
    // The button under the focus goes.
    input.current?.focus();
  };
  const drag = (event: DragEvent, isOver: boolean): void => {
    event.preventDefault();
    setOver(isOver);
  };
  const said = problem ?? upload?.error?.message;
  return (
    <div
      className="sluice-upload"
      data-over={over}
      onDragEnter={(event) => drag(event, true)}
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => drag(event, false)}
      onDrop={(event) => {
        drag(event, false);
        take(event.dataTransfer.files[0]);
      }}
    >
      {value !== undefined && <Preview file={value} />}
      <div className="sluice-row">
        <input
          className="sluice-unseen"
          id={id}
          ref={input}
          type="file"
          accept={ACCEPT}
          onChange={(event) => {
            take(event.target.files?.[0]);
            // The same file may be chosen again.
            event.target.value = "";
          }}
        />
        <label className="sluice-button" htmlFor={id}>
          <Icon name="image" />
          {value === undefined ? "Choose an image" : "Another image"}
        </label>
        {value === undefined ? (
          <span className="sluice-hint">or drop or paste one: {LIMITS}</span>
        ) : (
          <button type="button" className="sluice-button sluice-quiet" onClick={remove}>
            Remove
          </button>
        )}
      </div>
      {upload?.status === "uploading" && (
        <Progress text="Uploading" value={upload.total > 0 ? upload.loaded / upload.total : undefined} />
      )}
      {said !== undefined && (
        <p className="sluice-problem" role="alert">
          <Icon name="failed" />
          {said}
        </p>
      )}
    </div>
  );
}

/** The image, its name and its size, without any server. */
function Preview({ file }: { readonly file: File }): ReactElement {
  const image = useRef<HTMLImageElement>(null);
  const [pixels, setPixels] = useState("");
  useEffect(() => {
    const url = URL.createObjectURL(file);
    image.current!.src = url;
    return () => URL.revokeObjectURL(url);
  }, [file]);
  return (
    <figure>
      <img
        ref={image}
        alt={`Preview of ${file.name}`}
        onLoad={({ currentTarget }) =>
          setPixels(` · ${currentTarget.naturalWidth} × ${currentTarget.naturalHeight} pixels`)
        }
      />
      <figcaption className="sluice-hint">
        {file.name} · {sizeOf(file)}
        {pixels}
      </figcaption>
    </figure>
  );
}
