/** A colour's everyday name, by hue, saturation and lightness. */
export function colourName(red: number, green: number, blue: number): string {
  const top = Math.max(red, green, blue) / 255;
  const bottom = Math.min(red, green, blue) / 255;
  const lightness = (top + bottom) / 2;
  const spread = top - bottom;
  const saturation = spread === 0 ? 0 : spread / (1 - Math.abs(2 * lightness - 1));
  if (lightness < 0.08) return "black";
  if (lightness > 0.95) return "white";
  if (saturation < 0.12 || spread < 0.06) return greyName(lightness);
  const hue = hueOf(red / 255, green / 255, blue / 255, top, spread);
  const name = hueName(hue, lightness);
  if (name === "brown" || name === "pink") return name;
  if (lightness < 0.25) return `dark ${name}`;
  return lightness > 0.78 ? `light ${name}` : name;
}

function greyName(lightness: number): string {
  if (lightness > 0.9) return "white";
  if (lightness < 0.35) return "dark grey";
  return lightness > 0.7 ? "light grey" : "grey";
}

/** Degrees. */
function hueOf(red: number, green: number, blue: number, top: number, spread: number): number {
  if (top === red) return (60 * ((green - blue) / spread) + 360) % 360;
  return top === green ? 60 * ((blue - red) / spread) + 120 : 60 * ((red - green) / spread) + 240;
}

function hueName(hue: number, lightness: number): string {
  if (hue < 15 || hue >= 345) return lightness > 0.7 ? "pink" : "red";
  if (hue < 45) return lightness < 0.4 ? "brown" : "orange";
  if (hue < 70) return "yellow";
  if (hue < 165) return "green";
  if (hue < 195) return "turquoise";
  if (hue < 255) return "blue";
  return hue < 290 ? "purple" : "pink";
}
