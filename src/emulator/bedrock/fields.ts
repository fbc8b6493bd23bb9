import { isJsonObject, type Json, type JsonObject } from "../../protocol/json.ts";
import { invalid } from "./errors.ts";

/** Readers of a request's fields; each refuses what does not fit, and names the place. */

export function objectOf(value: Json | undefined, where: string): JsonObject {
  if (!isJsonObject(value)) throw invalid(`${where} must be an object.`);
  return value;
}

export function listOf(value: Json | undefined, where: string): readonly Json[] {
  if (!Array.isArray(value)) throw invalid(`${where} must be a list.`);
  return value;
}

/** An absent list is an empty one. */
export function objectsOf(value: Json | undefined, where: string): readonly JsonObject[] {
  return listOf(value ?? [], where).map((item, index) => objectOf(item, `${where}.${index}`));
}

export function textOf(value: Json | undefined, where: string): string {
  if (typeof value !== "string") throw invalid(`${where} must be a string.`);
  return value;
}

/** Text in which there is something to read. */
export function filledTextOf(value: Json | undefined, where: string): string {
  const text = textOf(value, where);
  if (text.trim() === "") throw invalid(`${where} must not be blank.`);
  return text;
}

export function numberOf(value: Json | undefined, where: string, min: number, max: number): number {
  if (typeof value !== "number" || value < min || value > max) {
    throw invalid(`${where} must be a number from ${min} to ${max}.`);
  }
  return value;
}

export function tokenLimitOf(value: Json | undefined, where: string): number {
  const limit = numberOf(value, where, 1, Number.MAX_SAFE_INTEGER);
  if (!Number.isInteger(limit)) throw invalid(`${where} must be a whole number.`);
  return limit;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export function bytesOf(value: Json | undefined, where: string): Uint8Array {
  const text = textOf(value, where);
  if (text.length % 4 !== 0 || !BASE64.test(text)) throw invalid(`${where} must be base64.`);
  return Buffer.from(text, "base64");
}
