/** Three articles to try titles on. */
export const MARSHES = `When the storm of 2019 pushed the sea over the old harbour wall, the town of Port Harlow learned how little concrete can do. Within two hours the water stood in 1,200 homes. What saved the northern quarter was not a wall at all. It was a belt of salt marshes that nobody had ever counted as a defence.

Salt marshes slow the waves before they reach land. The grass bends, the mud drinks, and a wave that arrives as a metre of anger leaves as a hand of foam. Elena Ruiz, who leads the coastal team at the University of Leeds, has measured it for nine years. "The marsh does the work while we sleep," she says. In her latest survey, salt marshes took 40 percent of the energy out of winter waves.

That number changed the talk about flood insurance. Insurers used to look at walls and pumps only. Now two of them give a discount on flood insurance to streets behind a healthy marsh, and a third is writing its rules. For a family in Port Harlow the difference is about $300 a year.

Not everybody is pleased. Farmers who drained the land for three generations see salt water come back to fields that their grandparents had won. The council pays them for it, but a payment is not a harvest. Elena Ruiz does not wave this away. She spends her evenings in kitchens, with maps on the table, and listens.

The plan for the next decade is modest: sixteen new breaches in old dikes, two kilometres of footpath, a school programme. It costs less than one new wall. And if the sea rises faster than the models say, the salt marshes can do what no wall has ever done. They can grow.`;

export const LIBRARY = `The night library opens when the rest of the building goes dark. At ten in the evening, Marta Kovac unlocks the side door on Fenwick Street, switches on twelve green lamps, and puts the kettle on. By half past, every chair is taken.

Nobody planned a night library. It began in the winter in which heating became a luxury. Students asked whether they could stay a little longer, then nurses after the late shift, then taxi drivers waiting for the first train. The city gave Marta Kovac three months and a budget of $18,000 to try it. That was four years ago.

The rules of the night library are short. You may sleep, but not snore. You may eat, but not soup. You may talk, though few do. "People come for the quiet," says Marta Kovac, "and stay for the company of other quiet people." Her night readers borrow 35 percent more poetry than the day readers, and hardly any travel guides. She has a theory about that, which she keeps to herself.

What does it cost to keep a library open at night? Less than expected. The lamps burn little, the heating runs anyway, and two volunteers share the desk with her. What it brings is harder to count. The hospital across the street says that its nurses miss fewer shifts. The police say that Fenwick Street has become the calmest street in the district. A taxi driver finished a degree there and now teaches physics.

Other cities have sent visitors. Some wanted a handbook. Marta Kovac gave them the list of rules, a bag of tea, and the name of the electrician. A night library, she says, is a warm room and somebody who knows your name. The books are there so that nobody has to explain why they came.`;

export const BATTERIES = `For most of its life an electric bus is a very large battery that happens to carry people. Tallis Motors, a small bus builder in Gdansk, has begun to take that thought seriously. Its buses no longer rest at night. They sell.

The idea is called bidirectional charging. A parked bus is plugged in, and when the grid runs short in the evening, it gives back part of what it took at noon, when solar power was cheap. In a trial with 48 buses, the depot earned enough to pay for a third of its electricity. Drivers noticed nothing, apart from a green light at the plug.

Engineers worried about the batteries. Every cycle ages a cell, and a bus battery costs more than a family home. After 18 months the first measurements are in, and they surprised even Jonas Brandt, who designed the software. Gentle bidirectional charging aged the batteries by 2 percent more than doing nothing. Hard braking on a cold morning is worse. "We were afraid of the wrong thing," he says.

The harder problem is the timetable. A bus that has sold its energy cannot leave early, and a city that wakes up to snow wants every bus at five. So the depot keeps a promise to itself: by four in the morning each battery is full again, whatever the price. On eleven nights the promise cost money. On all the others it did not.

What comes next is a question of scale. Tallis Motors counts 9,000 electric buses in Poland and its neighbours by the end of the decade. Together their batteries would hold as much energy as a mid-sized power station, spread over a hundred depots, awake when the sun is not. The grid operators have begun to call. They used to ask what electric buses would need. Now they ask what electric buses can give.`;
