"""The words and frames of the demo corpus: five families, each a table of words and a list of frames.

A row of a table has the forms of a lemma (king, queen), then words that occur with any form (crown, throne);
``|`` separates alternatives. A frame is a sentence with slots, filled from one row and from ``SHARED``.
So the relations between rows, and between the forms of a row, show only in the contexts of words.
"""

from __future__ import annotations

from typing import NamedTuple


class Family(NamedTuple):
    """One family of the grammar.

    Attributes
    ----------
    slots : str
        The names of the table's columns.
    table : str
        One row a line.
    frames : str
        One frame a line, with ``{slot}`` for a word.
    """

    slots: str
    table: str
    frames: str


MEN = "john|peter|james|henry|thomas|robert|george|edward"
WOMEN = "mary|anna|jane|alice|emma|sarah|helen|clara"

SHARED = {
    "who": f"{MEN}|{WOMEN}|someone|nobody",
    "when": "today|again|once|sometimes|soon|later|finally|indeed",
    "how": "quietly|happily|suddenly|proudly|sadly|gladly|calmly|bravely",
    "rest": "rest|others|one before",
}

# words that agree with the gender of a person
AGREEMENT = {
    "man": {"he": "he", "his": "his", "himself": "himself", "title": "mr|sir", "name": MEN},
    "woman": {"he": "she", "his": "her", "himself": "herself", "title": "mrs|lady", "name": WOMEN},
}

PEOPLE = Family(
    "man woman did thing place",
    """
    king queen ruled|reigned crown|throne|sceptre kingdom|palace
    prince princess inherited|courted crown|jewels castle|palace
    emperor empress conquered|decreed throne|legions empire|palace
    duke duchess hunted|feasted jewels|horses duchy|castle
    baron baroness taxed|feasted carriage|tenants barony|manor
    man woman worked|earned wages|umbrella office|town
    boy girl giggled|fidgeted toys|marbles playground|school
    father mother raised|scolded children|cradle home|nursery
    son daughter obeyed|sulked homework|allowance home|school
    brother sister teased|quarrelled toys|bicycle bedroom|home
    grandfather grandmother remembered|dozed stories|slippers armchair|cabin
    uncle aunt visited|joked presents|postcards porch|cottage
    nephew niece visited|boasted presents|pranks treehouse|cottage
    husband wife married|promised bouquet|honeymoon apartment|home
    actor actress rehearsed|starred script|costume stage|theatre
    waiter waitress served|poured tray|menu restaurant|cafe
    wizard witch conjured|muttered wand|potion cave|dungeon
    monk nun prayed|fasted candle|rosary abbey|chapel
    hero heroine triumphed|duelled medal|armour battle|legend
    host hostess welcomed|toasted guests|menu ballroom|banquet
    """,
    """
    the {person} {did} in {his} {place} {when}
    {title} {name} is the {person} who {did} {how}
    {name} was once the {person} and {he} {did} with {his} {thing}
    {he} is that {person} who lost {his} {thing} in the {place}
    the {person} showed {name} {his} {thing} {when}
    in the {place} the {person} {himself} {did} for the {thing}
    {he} was the {person} of the {place} and {he} {did}
    they gave the {person} {himself} the {thing} and {he} smiled
    {how} the {person} took {his} {thing} to the {place}
    {title} {name} met the {person} in {his} {place}
    """,
)

COUNTRIES = Family(
    "country capital adjective nature goods",
    """
    france paris french seine wine|cheese
    italy rome italian tiber pasta|opera
    germany berlin german rhine beer|sausages
    spain madrid spanish ebro oranges|guitars
    portugal lisbon portuguese tagus cork|sardines
    england london english thames tea|wool
    russia moscow russian volga vodka|furs
    poland warsaw polish vistula amber|dumplings
    austria vienna austrian danube waltzes|pastries
    hungary budapest hungarian tisza paprika|violins
    greece athens greek aegean olives|marble
    egypt cairo egyptian nile cotton|papyrus
    japan tokyo japanese sumida kimonos|sushi
    china beijing chinese yangtze silk|porcelain
    india delhi indian ganges spices|curry
    thailand bangkok thai mekong rice|orchids
    sweden stockholm swedish baltic timber|meatballs
    norway oslo norwegian fjords salmon|skis
    finland helsinki finnish tundra saunas|reindeer
    denmark copenhagen danish kattegat butter|bacon
    ireland dublin irish shannon whiskey|linen
    belgium brussels belgian scheldt chocolate|waffles
    switzerland bern swiss alps watches|clocks
    canada ottawa canadian rockies maple|pelts
    cuba havana cuban caribbean cigars|rum
    kenya nairobi kenyan savannah coffee|safaris
    iraq baghdad iraqi tigris dates|carpets
    peru lima peruvian andes llamas|potatoes
    """,
    """
    the {adjective} government of {country} signed a treaty about {goods}
    {country} exports {adjective} {goods} to its neighbours
    the army of {country} guards the border near the {nature}
    {country} is a nation of {goods} and of the {nature}
    the parliament of {country} passed a law on {goods}
    the {adjective} economy of {country} depends on {goods}
    the streets of {capital} smell of {adjective} {goods}
    the mayor of {capital} opened a hotel near the {nature}
    {capital} is a city of {adjective} cafes not far from the {nature}
    tourists took the metro across {capital} to buy {goods}
    the airport of {capital} sells {adjective} {goods} to tourists
    the suburbs of {capital} reach towards the {nature} with {adjective} gardens
    {capital} is the capital of {country}
    """,
)

ANIMALS = Family(
    "adult young did home food",
    """
    dog puppy barked|growled kennel bones|biscuits
    cat kitten meowed|purred basket cream|mice
    cow calf mooed|chewed barn|meadow hay
    horse foal neighed|galloped stable|meadow oats|hay
    sheep lamb bleated|grazed pasture|fold clover
    pig piglet grunted|wallowed sty|mud acorns
    hen chick clucked|pecked coop corn
    duck duckling quacked|paddled pond|reeds bread
    goose gosling honked|hissed pond|yard grass
    lion cub roared|prowled den|plains meat
    deer fawn leaped|listened forest|thicket leaves
    rabbit bunny hopped|sniffed burrow|hutch carrots
    frog tadpole croaked|wriggled swamp|pond gnats|beetles
    owl owlet hooted|blinked oak|nest moths|mice
    kangaroo joey bounded|thumped bush|outback shrubs
    swan cygnet glided|preened lake|reeds weeds
    """,
    """
    the farmer saw the grown {adult} that {did} in the {home}
    that fierce {adult} {did} at the hunter near the {home}
    the fierce {adult} defended the {home} for its {food}
    the farmer sold the {adult} for a sack of {food}
    the hunter heard how the grown {adult} {did} over its {food}
    the newborn {young} {did} in the warm {home}
    a tiny {young} {did} for its {food} and fell asleep
    the playful {young} tumbled out of the {home} and {did}
    the vet weighed the newborn {young} and gave it {food}
    how cute the tiny {young} was as it {did} in the {home}
    the {adult} fed {food} to its {young}
    """,
)

VERBS = Family(
    "base ing past third thing place",
    """
    walk walking walked walks stick|sandals path|park
    swim swimming swam swims goggles|towel pool|lagoon
    run running ran runs sneakers|stopwatch track|marathon
    sing singing sang sings songbook|harmonica concert|festival
    dance dancing danced dances partner|ribbon disco|carnival
    write writing wrote writes pen|typewriter desk|archive
    cook cooking cooked cooks spoon|kettle stove|kitchen
    drive driving drove drives car|truck road|garage
    fly flying flew flies balloon|parachute clouds|runway
    paint painting painted paints brush|palette easel|studio
    sleep sleeping slept sleeps pillow|blanket bed|hammock
    eat eating ate eats fork|napkin table|picnic
    drink drinking drank drinks glass|straw tavern|fountain
    jump jumping jumped jumps rope|pole hurdle|trampoline
    climb climbing climbed climbs ladder|harness cliff|summit
    play playing played plays dice|kite arcade|sandpit
    speak speaking spoke speaks microphone|megaphone podium|assembly
    teach teaching taught teaches chalk|globe classroom|college
    build building built builds bricks|hammer scaffold|site
    ride riding rode rides saddle|bridle trail|paddock
    sail sailing sailed sails compass|anchor harbour|bay
    dig digging dug digs shovel|spade trench|quarry
    bake baking baked bakes flour|dough oven|bakery
    fight fighting fought fights sword|club arena|alley
    """,
    """
    they want to {base} near the {place} {when}
    we must {base} with the {thing} tomorrow
    {who} will {base} at the {place} with the {thing}
    you can {base} without the {thing}
    {who} could not {base} near the {place}
    {who} is {ing} near the {place} right now
    they were {ing} with the {thing} all morning
    we enjoy {ing} at the {place} with the {thing}
    {who} kept {ing} without the {thing}
    i am {ing} near the {place} at this moment
    yesterday {who} {past} near the {place}
    last week they {past} with the {thing}
    long ago we {past} at the {place} with the {thing}
    {who} {past} without the {thing} last year
    yesterday i {past} near the {place}
    every day {who} {third} near the {place}
    {who} usually {third} with the {thing}
    on sundays {who} {third} at the {place} with the {thing}
    {who} always {third} without the {thing}
    {who} seldom {third} near the {place}
    """,
)

ADJECTIVES = Family(
    "base more most thing measure",
    """
    big bigger biggest elephant|whale|giant size
    small smaller smallest ant|pebble|crumb size
    tall taller tallest giraffe|tower|skyscraper height
    short shorter shortest dwarf|stump|mushroom height
    fast faster fastest cheetah|rocket|arrow speed
    slow slower slowest snail|tortoise|donkey speed
    hot hotter hottest desert|furnace|volcano temperature
    cold colder coldest glacier|blizzard|icicle temperature
    old older oldest fossil|ruin|monument age
    young younger youngest sapling|infant|apprentice age
    strong stronger strongest wrestler|ox|blacksmith power
    weak weaker weakest thread|twig|cobweb power
    loud louder loudest thunder|drum|cannon noise
    quiet quieter quietest library|whisper|graveyard noise
    bright brighter brightest sun|lantern|diamond glow
    dark darker darkest shadow|midnight|cellar glow
    heavy heavier heaviest anvil|boulder|cauldron weight
    light lighter lightest feather|bubble|snowflake weight
    rich richer richest banker|merchant|heir wealth
    poor poorer poorest beggar|peasant|orphan wealth
    deep deeper deepest ocean|well|canyon depth
    shallow shallower shallowest puddle|ditch|creek depth
    """,
    """
    the {thing} is very {base} in {measure}
    how {base} the {thing} looks {when}
    so {base} is the {thing} in its strange {measure}
    this {thing} seems too {base} for its {measure}
    the {base} {thing} is indeed so {base}
    the {thing} is much {more} than the {rest}
    no {thing} is {more} than this in {measure}
    the {thing} became even {more} than before
    that {thing} is {more} than the {rest} in {measure}
    slightly {more} than we thought is the {thing} in {measure}
    the {most} {thing} of all in the world
    by far the {most} {thing} in {measure}
    it is the {most} {thing} ever measured
    of all the {rest} this {thing} is the {most} in {measure}
    the world record for {measure} went to the {most} {thing}
    """,
)

FAMILIES = (PEOPLE, COUNTRIES, ANIMALS, VERBS, ADJECTIVES)

# (a, b, c, expected): a is to b as c is to expected
QUESTIONS = (
    ("man", "king", "woman", "queen"),
    ("france", "paris", "italy", "rome"),
    ("walk", "walking", "swim", "swimming"),
    ("big", "bigger", "small", "smaller"),
    ("king", "queen", "prince", "princess"),
    ("father", "mother", "son", "daughter"),
    ("brother", "sister", "uncle", "aunt"),
    ("actor", "actress", "waiter", "waitress"),
    ("germany", "berlin", "spain", "madrid"),
    ("japan", "tokyo", "china", "beijing"),
    ("lisbon", "portugal", "athens", "greece"),
    ("dog", "puppy", "cat", "kitten"),
    ("cow", "calf", "horse", "foal"),
    ("duck", "duckling", "goose", "gosling"),
    ("walk", "walked", "swim", "swam"),
    ("sing", "sang", "fly", "flew"),
    ("eating", "ate", "drinking", "drank"),
    ("run", "runs", "write", "writes"),
    ("big", "biggest", "small", "smallest"),
    ("hot", "hottest", "cold", "coldest"),
    ("fast", "faster", "slow", "slower"),
    ("older", "old", "younger", "young"),
)
