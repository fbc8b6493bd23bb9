import { FakeClock } from "../../testing/fake-clock.ts";
import type { Page } from "../page.ts";

const FRAME_MS = 16;

/** A page whose pictures are drawn when the test says so. */
export class FakePage extends FakeClock implements Page {
  /** How long a picture takes. */
  paintMs = 1;
  #hidden = false;
  #frames: (() => void)[] = [];
  readonly #seen = new Set<() => void>();

  /** No timer comes while a picture is painted. */
  override after(ms: number, callback: () => void): () => void {
    return super.after(Math.max(ms, this.paintMs), callback);
  }

  hidden(): boolean {
    return this.#hidden;
  }

  frame(callback: () => void): void {
    this.#frames.push(callback);
  }

  seen(callback: () => void): void {
    this.#seen.add(callback);
  }

  hide(): void {
    this.#hidden = true;
  }

  show(): void {
    this.#hidden = false;
    const callbacks = [...this.#seen];
    this.#seen.clear();
    for (const callback of callbacks) callback();
  }

  /** Time passes until the next picture, and it is drawn. */
  async draw(): Promise<void> {
    await this.advance(Math.max(FRAME_MS, this.paintMs));
    const frames = this.#frames;
    this.#frames = [];
    for (const frame of frames) frame();
  }
}
