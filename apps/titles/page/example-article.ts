/** About 250 words, for whoever has no article at hand. */
export const EXAMPLE_ARTICLE = `The harbour town of Lindhaven has switched off its street lights after midnight for a year, and the first results surprised nearly everyone. Energy use fell by 38 percent, which the council had hoped for. What it had not expected was that residents would ask for more darkness, not less.

The idea came from Mara Ellison, a school teacher who wanted her class to see the Milky Way. She measured the night sky from the school roof with a borrowed photometer and brought the numbers to the council. "We could count eleven stars," she recalls. "My grandmother used to count hundreds from the same roof."

The trial began with three quiet streets near the harbour. Motion sensors bring the lamps back to full strength when somebody walks by, so that nobody has to cross the dark alone. Police figures show no rise in accidents or burglaries. Doctors at the local clinic report that patients sleep better, and a survey of moths by the university found twice as many species as the year before.

Not everybody is convinced. Taxi drivers complain that the sensors react too slowly on the steep road to the ferry, and two shop owners want their windows lit. The council has promised a faster sensor and a fund for warm, shielded lamps.

Next spring the trial will cover the whole town. Ellison has already planned the celebration: at midnight the harbour lamps will go out, and her pupils will hand out star maps. This time, she says, they will need a bigger sheet of paper.`;
