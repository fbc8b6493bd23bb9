import { byId } from "./element.ts";

const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const MAX_BYTES = 3.75 * 1024 * 1024;

/** The image that the reader drops, pastes or chooses, with its preview. */
export class ImageChoice {
  readonly #preview = byId("preview", HTMLImageElement);
  readonly #facts = byId("facts", HTMLParagraphElement);
  #file: File | undefined;

  constructor() {
    const drop = byId("drop", HTMLDivElement);
    const choose = byId("choose", HTMLInputElement);
    choose.addEventListener("change", () => this.#take(choose.files?.[0]));
    for (const type of ["dragenter", "dragover"]) {
      drop.addEventListener(type, (event) => {
        event.preventDefault();
        drop.classList.add("is-over");
      });
    }
    for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("is-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#take(event.dataTransfer?.files[0]);
    });
    document.addEventListener("paste", (event) => {
      const [file] = event.clipboardData?.files ?? [];
      if (file !== undefined) this.#take(file);
    });
  }

  /** The image, once there is one that the server may take. */
  get file(): File | undefined {
    return this.#file;
  }

  /** Says what is wrong, or what there is. */
  tell(text: string): void {
    this.#facts.textContent = text;
  }

  #take(file: File | undefined): void {
    if (file === undefined) return;
    const problem = problemOf(file);
    this.#file = problem === undefined ? file : undefined;
    URL.revokeObjectURL(this.#preview.src);
    this.#preview.hidden = problem !== undefined;
    if (problem === undefined) {
      this.#preview.src = URL.createObjectURL(file);
      this.#preview.alt = file.name;
    }
    this.tell(problem ?? `${file.name} · ${file.type.slice("image/".length)} · ${sizeOf(file)}`);
  }
}

/** What the server would refuse anyhow; it looks at the bytes, too. */
function problemOf(file: File): string | undefined {
  if (!TYPES.includes(file.type)) return `${file.name} is no PNG, JPEG, GIF or WebP.`;
  if (file.size > MAX_BYTES) return `${file.name} has ${sizeOf(file)}; 3.75 MB are the most.`;
  return undefined;
}

function sizeOf({ size }: File): string {
  return size < 1024 * 1024 ? `${Math.ceil(size / 1024)} KB` : `${(size / 1024 / 1024).toFixed(1)} MB`;
}
