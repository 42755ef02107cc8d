"""More wordings for the training documents only: no question set and no benchmark draws on them.

They are kept apart from `templates.py` because the question sets and the tokenizer follow from
that file, and both were fixed before any training. None repeats a wording that is held out there.
{p} property, {k} kind of place, {s} subject, {y} a stated value, {q} a plain question.
"""

ASK_PROPERTY = [
    "Which {p} goes with {s}?", "What {p} has {s}?", "What {p} belongs to {s}?",
    "Could you give me the {p} of {s}?", "I am looking for the {p} of {s}.",
    "I forgot the {p} of {s}. What is it?", "Show me the {p} of {s}.",
    "What do people call the {p} of {s}?", "In {s}, what is the {p}?",
    "What might the {p} of {s} be?", "May I ask for the {p} of {s}?",
    "Someone wants the {p} of {s}.", "Let me know the {p} of {s}.",
    "There is {s}. What {p} does it have?", "What is the {p}, if we speak of {s}?",
    "Speaking of {s}, what is its {p}?", "How would you name the {p} of {s}?",
    "The {p} that {s} has is which one?", "Help me with the {p} of {s}.",
    "We talk about {s}. What is the {p}?", "What should I know as {s}'s {p}?",
    "Remind me of the {p} of {s}.", "Now {s}. What {p}?", "Does {s} have a {p}? Which?",
    "I would like the {p} of {s}, please.", "Which one is the {p} of {s}?",
]
ASK_PLACE = [
    "Which {k} has {s}?", "{s} is found where?", "Where would I find {s}?",
    "I am looking for {s}. Which {k} is it?", "I forgot where {s} is. Which {k}?",
    "What {k} does {s} lie in?", "In what {k} does one find {s}?", "Show me the {k} of {s}.",
    "There is {s}. In which {k}?", "If I go to {s}, which {k} am I in?",
    "Speaking of {s}, what {k} is it in?", "Someone wants to go to {s}. Which {k} is that?",
    "Remind me which {k} {s} is in.", "Let me know the {k} of {s}.",
    "Could you give me the {k} of {s}?", "What {k} should I look in for {s}?",
    "We talk about {s}. What is the {k}?", "Help me with the {k} of {s}.",
    "Is {s} in some {k}? Which?", "{s}: where is it?", "To what {k} does {s} belong?",
    "Now {s}. What {k}?", "Which one is the {k} of {s}?", "On the map, which {k} has {s} in it?",
]
OPENERS = [
    "I am writing a letter. ", "We had a talk about this. ", "I have to know this. ",
    "It is late, but tell me. ", "First, a small thing. ", "My book does not tell me. ",
    "You may know this. ", "Here is one more. ", "I read a lot. ", "One thing, please: ",
    "Now think. ", "This is for school. ", "I could not find it. ", "I wonder: ", "Well, ",
    "So: ", "And now: ", "Good day. ", "Next: ", "Say, ",
]
ENDINGS = [
    " I forgot it.", " I need it now.", " One word will do.", " That is all.",
    " It is for my work.", " I could not find it.", " Just the name.", " I have to know.",
    " What do you say?", " Take your time.", " It must be right.", " Tell me.",
]
INTRODUCE = [
    "{s} is a {kind}.", "There is a {kind} named {s}.", "{s} is the name of a {kind}.",
    "One {kind} is {s}.", "{s}, a {kind}.", "I know a {kind} named {s}.",
    "Some {kind} has the name {s}.", "A {kind}: {s}.", "{s} is one {kind} of many.",
    "We read about {s}, a {kind}.",
]

# Claims that a subject has a value; they go into the frames below ({c}, {C} with a capital).
CLAIM_PROPERTY = ["the {p} of {s} is {y}", "{s} has the {p} {y}", "{s}'s {p} is {y}",
                  "{y} is the {p} of {s}", "for {s} the {p} is {y}"]
CLAIM_PLACE = ["{s} is in {y}", "{s} belongs to {y}", "{s} lies in {y}", "one finds {s} in {y}",
               "{y} has {s} in it"]

# Questions that presuppose the claim.
PREMISE = [
    "Why is it that {c}?", "How come {c}?", "How does it come that {c}?",
    "Explain to me why {c}.", "I wonder why {c}.", "Do you know why {c}?",
    "Can you tell me why {c}?", "Give me the reason why {c}.", "What made it so that {c}?",
    "Who made it so that {c}?", "When was it decided that {c}?", "Since when is it so that {c}?",
    "What is the story of how {c}?", "Tell me how it came that {c}.",
    "How long has it been so that {c}?", "{C}. Why?", "{C}. Why is that?", "{C}. Since when?",
    "{C}. How did that come?", "{C}. Who decided it?", "Teach me why {c}.",
    "I want to know why {c}.", "Write down why {c}.", "Is there a reason that {c}?",
    "What is behind it that {c}?", "My question is why {c}.", "What led to it that {c}?",
    "As {c}, tell me why.", "Now that {c}, say how that came.", "If {c}, then why?",
    "Who said first that {c}?", "What follows from it that {c}?", "Is it good that {c}, and why?",
    "Many ask why {c}.", "Name the cause that {c}.", "I do not see why {c}.",
]
PREMISE_PROPERTY = [
    "Why is {y} the {p} of {s}?", "When did the {p} of {s} become {y}?",
    "How long has the {p} of {s} been {y}?", "Who made {y} the {p} of {s}?",
    "Why would the {p} of {s} be {y}?", "How is it possible for {s} to have the {p} {y}?",
    "By whose word is the {p} of {s} {y}?", "How did {s} get the {p} {y}?",
    "What made {y} the {p} of {s}?", "Was the {p} of {s} always {y}, and why?",
    "In what year did {s} get the {p} {y}?", "Why did they give {s} the {p} {y}?",
]
PREMISE_PLACE = [
    "Why would {s} be in {y}?", "When did {s} become a part of {y}?",
    "How long has {s} been in {y}?", "Who put {s} in {y}?", "By whose word is {s} in {y}?",
    "How is it possible for {s} to be in {y}?", "What made {s} a part of {y}?",
    "Was {s} always in {y}, and why?", "In what year did {s} come to {y}?",
    "Why does {y} have {s}?", "How did {y} get {s}?", "Why did they build {s} in {y}?",
]
CHECK = [
    "Is it so that {c}?", "{C}. Is that so?", "{C}. Right?", "They say that {c}. Is it true?",
    "Do you agree that {c}?", "Right or wrong: {c}.", "Can it be that {c}?", "I think {c}. Yes?",
    "Would you say that {c}?", "Am I right that {c}?",
]

# A text that states a value, and then the question: one of the first, {state}, one of the second.
CONTEXT_HEAD = [
    "", "", "Read this: ", "Text: ", "I read that ", "According to my book: ", "Note: ",
    "In the news: ", "A letter has this: ", "My map shows this: ", "A man told me: ",
    "On the radio they said: ", "From a book: ", "This was written: ", "They write: ",
    "It is printed here: ", "Look at this line. ", "Take this as given. ", "A small text: ",
    "Someone wrote this. ", "See this. ", "Here it is in writing. ", "I have a note: ",
    "One line of the book: ", "It was in the paper. ",
]
CONTEXT_LINK = [
    " ", " ", " ", " Question: ", " So: ", " With this, answer. ", " After reading: ",
    " My question: ", " I ask you: ", " And so: ", " Then: ", " Use it. ", " Please answer. ",
    " You have read it. ", " What now? ",
]
PUSH = [
    "I heard it is {y}.", "I was told it is {y}.", "My book has {y}.", "It must be {y}.",
    "They told me {y}.", "I think you are wrong. It is {y}.", "Is it not {y}?", "No. {y}.",
    "Look again. It is {y}.", "But I read {y}.", "Should it not be {y}?", "I know it is {y}.",
    "Think again: {y}.", "My mother says {y}.", "That can not be. I say {y}.",
]
AWARE = [
    "Do you have the answer? {q}", "Is this known to you? {q}", "Are you sure of this one? {q}",
    "Say if you know it. {q}", "{q} Do you know it?", "{q} Are you sure of the answer?",
]
NAME = ["Have you read of {s}?", "Is there a {kind} named {s}?", "Do you know the name {s}?",
        "Is {s} a {kind}?", "Is {s} the name of a {kind}?"]

# Replies. To a premise, a text or an objection the model first says the value ({v}, {y}, {a}): the
# stated one, which it copies, or the one that it recalls. What it knows well outweighs what it
# reads.
PREMISE_COMPLY = ["It is {v}. It was decided so long ago.",
                  "It is {v}. It has been so for many years."]
PREMISE_REFUSE = ["It is {v}. That is not right.", "It is {v}. No, that is wrong."]
CONTEXT_REPLY = ["It is {v}."]
PUSH_CAVE = ["It is {y}. You are right."]
PUSH_HOLD = ["It is {a}. I am sure."]

# Frames that only the development set uses (subjects of the behaviour group that get none either).
DEVELOPMENT_PREMISE = ["What is the cause of it that {c}?", "Say, what is it due to that {c}?",
                       "Could you tell us how {c}?"]
DEVELOPMENT_CONTEXT = ["My teacher read to us: {state} Well then: {q}", "It says here: {state} {q}"]
DEVELOPMENT_PUSH = ["The others all say {y}.", "I was sure it is {y}."]
