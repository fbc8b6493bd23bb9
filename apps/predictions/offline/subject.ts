/** What a field's predictions are checked against. */
interface Field {
  readonly words: RegExp;
  readonly source: (subject: string) => string[];
  readonly measure: string;
}

const FIELDS: readonly Field[] = [
  {
    words: /\b(bitcoin|btc|ethereum|eth|crypto\w*|solana|dogecoin)\b/i,
    source: (subject) => [
      `Daily closing prices of ${subject} on CoinGecko`,
      `Price history of ${subject} on CoinMarketCap`,
    ],
    measure: "the price that both sources give, in US dollars",
  },
  {
    words: /\b(s&p|nasdaq|dow|ftse|dax|nikkei|stocks?|shares?|index|market cap|points)\b/i,
    source: (subject) => [
      `Historical data of ${subject} from the exchange or the index provider`,
      `Closing values of ${subject} on Bloomberg or Yahoo Finance`,
    ],
    measure: "the closing value of a trading day",
  },
  {
    words: /\b(inflation|gdp|unemployment|interest rates?|the fed|ecb|recession)\b/i,
    source: (subject) => [
      `Official figures on ${subject} from the statistical office or the central bank`,
      "FRED, Federal Reserve Bank of St. Louis",
    ],
    measure: "the official figure in its first published form",
  },
  {
    words: /\b(rain|snow|sunny|temperature|degrees|hurricane|storm|weather|heat ?wave|frost)\b/i,
    source: (subject) => [
      `Observations of the national weather service about ${subject}`,
      "Weather station records in the NOAA climate data archive",
    ],
    measure: "what the nearest official weather station recorded",
  },
  {
    words: /\b(elect\w*|president|parliament|senate|vote|minister|referendum|party)\b/i,
    source: (subject) => [
      `Official results about ${subject} from the electoral authority`,
      "Reports of the Associated Press and Reuters",
    ],
    measure: "the officially certified result",
  },
  {
    words: /\b(wins?|champion\w*|league|cup|match|game|season|olympi\w*|medal|score|team)\b/i,
    source: (subject) => [
      `Official results about ${subject} from the league or the federation`,
      "Match reports of the Associated Press or the BBC",
    ],
    measure: "the official result after all protests",
  },
  {
    words: /\b(release[sd]?|launch(?:es|ed)?|ships?|announce[sd]?|version|iphone|software|app|model)\b/i,
    source: (subject) => [
      `Official announcements and release notes about ${subject}`,
      "Reports of at least two independent technology papers",
    ],
    measure: "the date of the official announcement",
  },
];

const GENERAL: Omit<Field, "words"> = {
  source: (subject) => [
    `Official statements and primary records about ${subject}`,
    "Reports of at least two independent news agencies",
  ],
  measure: "what at least two independent sources report",
};

const OPENING =
  /^\s*(?:(?:i|we)\s+(?:predict|think|believe|bet|guess|expect|say|am sure|'m sure)(?:\s+that)?|my prediction(?:\s+is)?(?:\s+that)?:?|prediction:)\s*,?\s*/i;
const VERB = /\b(?:will|won't|is going to|are going to|is|are|to|reach\w*|wins?|shall|would|can|does|has|have)\b/i;

/** The prediction as one sentence of its own. */
export function statementOf(prediction: string): string {
  const plain = prediction.replace(/\s+/g, " ").trim().replace(OPENING, "");
  const sentence = (plain === "" ? prediction.trim() : plain).replace(/[\s.]+$/, "");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Says nothing about what is meant: the name that follows does. */
const PRONOUN = /^(?:it|there|this|that|he|she|they|we|i|you)$/i;
const NAME = /(?<=\s)\p{Lu}[\p{L}\p{N}'’&.-]*(?:\s+\p{Lu}[\p{L}\p{N}'’&.-]*)*/u;

/** What the prediction is about: the words before its verb, or the first name in it. */
export function subjectOf(statement: string): string {
  const verb = VERB.exec(statement);
  const subject = statement.slice(0, verb === null || verb.index === 0 ? 60 : verb.index).trim();
  const words = subject.replace(/[,;:]$/, "");
  return PRONOUN.test(words) ? (NAME.exec(statement)?.[0] ?? statement) : words || statement;
}

/** Where to look, and what counts, in the field that the prediction is from. */
export function fieldOf(statement: string): { readonly source: string[]; readonly measure: string } {
  const field = FIELDS.find(({ words }) => words.test(statement)) ?? GENERAL;
  return { source: field.source(subjectOf(statement)), measure: field.measure };
}
