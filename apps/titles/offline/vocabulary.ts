/** Words that carry no topic: articles, pronouns, prepositions, auxiliaries, common verbs and adverbs. */
export const STOP_WORDS: ReadonlySet<string> = wordSet(`
  a an the this that these those such some any no every each either neither both all most more less few fewer many much
  several other another same own half first second third last next once twice one two three four five six seven eight nine
  ten dozen i me my mine we us our ours you your yours he him his she her hers it its they them their theirs who whom whose
  which what where when why how there here then than as so and or but nor yet if unless until while because since though
  although whether however therefore thus hence not only also even just still already again ever never always often
  sometimes usually rather quite very too enough almost nearly about above across after against along among around at away
  back before behind below beneath beside besides between beyond by despite down during except for from in inside into near
  of off on onto out outside over past per through throughout to toward towards under up upon via with within without
  am is are was were be been being do does did doing done have has had having can could may might must shall should will
  would ought need needs needed let lets say says said saying tell tells told ask asks asked go goes going went gone come
  comes coming came get gets getting got gotten make makes making made take takes taking took taken give gives giving gave
  given put puts putting see sees seeing saw seen look looks looking looked find finds finding found know knows knowing knew
  known think thinks thinking thought want wants wanted seem seems seemed become becomes became keep keeps keeping kept
  begin begins began begun start starts started stop stops stopped turn turns turned call calls called use uses used using
  work works worked try tries tried help helps helped show shows showed shown mean means meant leave leaves left bring
  brings brought hold holds held run runs ran move moves moved live lives lived happen happens happened write writes wrote
  written believe believes sit sits sat stand stands stood lose loses lost pay pays paid meet meets met include includes
  included continue continues continued set sets learn learns learned change changes changed lead leads led follow follows
  followed create creates created speak speaks spoke read reads spend spends spent grow grows grew grown open opens opened
  walk walks walked win wins won offer offers offered remember love loves consider appear appears appeared buy buys bought
  wait waits waited serve serves served send sends sent expect expects expected build builds built stay stays stayed fall
  falls fell cut cuts reach reaches reached remain remains remained suggest suggests suggested raise raises raised pass
  passes passed sell sells sold require requires required report reports reported decide decides decided pull pulls pulled
  launch launches launched announce announces announced plan plans planned allow allows allowed earn earns earned
  today yesterday tomorrow now ago soon later early late recently currently year years month months week weeks day days hour
  hours minute minutes time times way ways thing things lot lots kind sort part parts people person man men woman women
  good better best bad worse worst new old big small large little long short high low great right wrong different able
  easy hard simple sure true real whole entire full certain possible likely
  well instead maybe perhaps together apart alone ahead abroad everywhere nobody somebody everybody everyone someone
  anyone something nothing anything everything himself herself itself themselves yourself ourselves myself
  mr mrs ms dr monday tuesday wednesday thursday friday saturday sunday january february march april june july august
  september october november december per cent percent million billion trillion thousand hundred
  don't doesn't didn't won't can't couldn't isn't aren't wasn't weren't it's that's there's i'm we're they're you're
  i've we've they've let's he's she's what's`);

/** Before a noun. */
export const DETERMINERS: ReadonlySet<string> = wordSet(
  "a an the this that its their our his her my your each every no any another one",
);

/** May stand within a name: University of Leeds. */
export const NAME_LINKS: ReadonlySet<string> = wordSet("of de la del van von der & for");

export const MONTHS: ReadonlySet<string> = wordSet(`january february march april may june july august september october
  november december`);

/** Plurals that do not end in s. */
export const PLURALS: ReadonlySet<string> = wordSet(
  "people children men women mice teeth feet geese police data media",
);

/** Words of 3 or more letters that tell English from other languages written in Latin letters. */
export const ENGLISH_MARKS: ReadonlySet<string> = wordSet(`the and for that with was are this have from they which were
  their has been will would there what when who not but his her its our you your can more about into than how of to is it`);

function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
