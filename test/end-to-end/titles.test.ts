import { describeTitles } from "./cases/titles.ts";
import { onNode } from "./support/whole-app.ts";

describeTitles(onNode);
